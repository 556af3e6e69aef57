import { CodedError } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import type { Admission } from '../../stores/exclusion/port.ts';

const what = {
  waiting: 'waits for another backup',
  dispatched: 'is queued',
  running: 'is running',
} as const satisfies Record<Admission['state'], string>;

/** The refusal of a second backup of a type, with the first one's id. */
export function alreadyRunning(type: BackupType, backupId: string, state: Admission['state']): CodedError {
  return new CodedError(
    'backup-already-running',
    `Backup already running for type: ${type}. ${backupId} ${what[state]}; wait until it has ended.`,
    { facts: { backupType: type, backupId, state } },
  );
}
