import { takeKmsBackup } from '../routes/take-backups.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

/** Takes the backups of the queue `kms-backups`. */
export function startKmsWorker(options: WorkerOptions): Promise<RunningWorker> {
  return startWorker(takeKmsBackup, options);
}
