import { takeParquetBackup } from '../routes/take-backups.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

/** Takes the backups of the queue `parquet-backups`. */
export function startParquetWorker(options: WorkerOptions): Promise<RunningWorker> {
  return startWorker(takeParquetBackup, options);
}
