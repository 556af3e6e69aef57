import { type BackupType, backupTypes } from '../../model/backup-kind.ts';
import type { Holding, LockScope } from './port.ts';

/** The Redis keys of exclusion, all under the configured prefix. */
export function exclusionKeys(prefix: string, lockScope: LockScope) {
  const global = `${prefix}:lock:global`;
  const ofType = (type: BackupType) => `${prefix}:lock:${type}`;
  const everyLock = [global, ...backupTypes.map(ofType)];
  return {
    admissions: `${prefix}:admissions`,
    events: `${prefix}:events`,
    fencing: `${prefix}:fencing`,
    leader: `${prefix}:leader`,
    ended: `${prefix}:ended`,
    idempotency: (key: string) => `${prefix}:idempotency:${key}`,
    lock: (type: BackupType) => (lockScope === 'global' ? global : ofType(type)),
    everyLock,
    /** Also the locks of the other scope: while a change of scope is rolled out, both kinds of workers run. */
    locksAgainst: (type: BackupType) => (lockScope === 'global' ? [...everyLock] : [ofType(type), global]),
  };
}

/** What the lock's key holds while it is owned. */
export function holdingText(holding: Holding): string {
  return `${holding.fencingToken} ${holding.order.backupId} ${holding.order.attempt}`;
}
