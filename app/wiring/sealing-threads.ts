import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createSealingThreads, type SealingThreads } from '../../backups/sealing/sealing-threads.ts';
import type { Configuration } from '../../config/configuration.ts';

/** More would want more memory, and a disk that is faster than most. */
const mostThreads = 4;

/** Threads that seal into the configured vault: one per core, two at least, since the disk lets each wait. */
export function openSealingThreads({ store, keys }: Pick<Configuration, 'store' | 'keys'>): SealingThreads {
  const count = Math.min(Math.max(availableParallelism(), 2), mostThreads);
  const start = (): Worker =>
    new Worker(new URL('../sealing-thread.js', import.meta.url), { workerData: { store, keys } });
  return createSealingThreads(start, count);
}
