import type { BackupTaker } from '../backups/backup-taker.ts';
import { takeKmsBackup } from '../routes/take-backups.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

/** Takes the backups of the queue `kms-backups`. */
export function startKmsWorker(
  options: WorkerOptions & { readonly taker: BackupTaker & { readonly type: 'kms' } },
): Promise<RunningWorker> {
  return startWorker(takeKmsBackup, options);
}
