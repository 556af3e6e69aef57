import { takeTigerbeetleBackup } from '../routes/take-backups.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

/** Takes the backups of the queue `tigerbeetle-backups`. */
export function startTigerbeetleWorker(options: WorkerOptions): Promise<RunningWorker> {
  return startWorker(takeTigerbeetleBackup, options);
}
