import { takeDuckdbBackup } from '../routes/take-backups.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

/** Takes the backups of the queue `duckdb-backups`. */
export function startDuckdbWorker(options: WorkerOptions): Promise<RunningWorker> {
  return startWorker(takeDuckdbBackup, options);
}
