import { hostname, userInfo } from 'node:os';
import type { Restored } from '../../backups/backup-restorer.ts';
import type { Configuration } from '../../config/configuration.ts';
import { errorCode, errorText } from '../../errors/coded-error.ts';
import { newBackupId } from '../../model/backup-id.ts';
import type { RestoreEvent } from '../../model/restore-event.ts';
import type { RestoreOrder } from '../../model/restore-order.ts';
import { writeLoneEvents } from '../../recording/event-archive.ts';
import { openVault } from '../wiring/vault.ts';

/** A restore that a person runs, as it goes on record. */
export interface OwnRestore extends Pick<RestoreOrder, 'backupType' | 'to' | 'at' | 'tables' | 'tenant'> {
  /** Empty when none was given. */
  readonly reason: string;
}

export interface RestoreOfOwn {
  /**
   * To be called when it is known which backup it is, and under which name the target is shown: what never came so far
   * restored nothing, and is not recorded.
   */
  chose(backupId: string, to?: string): void;
  completed(
    restored: Restored &
      Readonly<Record<'plainBytes' | 'sealedBytes', number>> & { readonly objects: number },
  ): Promise<void>;
  failed(thrown: unknown): Promise<void>;
}

/**
 * Puts a restore without Redis on record: an event object in the object store, sealed with the configured keys, which
 * `metadata rebuild` reads. It is written at the end: a restore that is killed has left no target. Both ends throw what
 * keys or store throw.
 */
export function beginOwnRestore(
  configuration: Pick<Configuration, 'store' | 'keys'>,
  { reason, ...own }: OwnRestore,
): RestoreOfOwn {
  const startedAt = new Date();
  const startTime = startedAt.toISOString();
  const user = `${userInfo().username}@${hostname()}`;
  const by = { startTime, worker: `${hostname()}:${process.pid}` };
  let order: RestoreOrder | undefined;

  async function write(event: (end: string, restore: RestoreOrder) => RestoreEvent): Promise<void> {
    if (order === undefined) return;
    const vault = await openVault(configuration);
    const now = Date.now();
    const events = [event(new Date(now).toISOString(), order)];
    await writeLoneEvents({ objects: vault.store, keys: vault.keys }, { events, now });
  }

  return {
    chose(backupId, to = own.to) {
      order = {
        ...{ ...own, to },
        ...{ restoreId: newBackupId(startedAt.getTime()), backupId, trigger: 'cli', requestedBy: user },
        ...{ requestedAt: startTime, reason: reason === '' ? 'none given' : reason },
      };
    },
    completed: ({ counts, notes, plainBytes, sealedBytes, objects }) =>
      write((endTime, restore) => ({
        ...{ kind: 'restore-completed', at: endTime, restore, ...by, endTime },
        ...{ plainBytes, sealedBytes, objects, counts: { ...counts }, notes: [...notes] },
      })),
    failed: (thrown) =>
      write((endTime, restore) => ({
        ...{ kind: 'restore-failed', at: endTime, restore, ...by, endTime },
        error: { code: errorCode(thrown), message: errorText(thrown) },
      })),
  };
}
