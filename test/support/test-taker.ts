import { Readable } from 'node:stream';
import type { BackupJob, BackupTaker, Taken } from '../../backups/backup-taker.ts';
import type { BackupType } from '../../model/backup-kind.ts';

/** What a taker returns that has stored these objects. */
export function aTaken(job: BackupJob, objects: Taken['objects']): Taken {
  return {
    scope: job.order.scope,
    snapshotAt: job.startTime,
    parent: null,
    compression: 'none',
    note: null,
    objects,
    source: {},
    details: null,
  };
}

/** Stores one small object. */
export async function takeSmallObject(job: BackupJob): Promise<Taken> {
  const entry = await job.sink.write({ name: 'all', file: 'all' }, Readable.from([Buffer.from('content')]));
  return aTaken(job, [entry]);
}

export function aTaker(take: BackupTaker['take'], type: BackupType = 'duckdb'): BackupTaker {
  return { type, take };
}

/** Resolves when the signal aborts, and never otherwise. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
