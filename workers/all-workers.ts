import { startDuckdbWorker } from './duckdb-worker.ts';
import { startKmsWorker } from './kms-worker.ts';
import { startParquetWorker } from './parquet-worker.ts';
import { startTigerbeetleWorker } from './tigerbeetle-worker.ts';

/** How the worker of each type is started. */
export const startWorkerOf = {
  tigerbeetle: startTigerbeetleWorker,
  duckdb: startDuckdbWorker,
  parquet: startParquetWorker,
  kms: startKmsWorker,
} as const;
