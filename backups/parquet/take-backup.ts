import { type Clock, systemClock } from '../../engine/clock.ts';
import type { BackupJob, BackupTaker, Taken } from '../backup-taker.ts';
import { describeArchive } from './describe-archive.ts';
import { keepVersions } from './keep-versions.ts';
import { nothing, readPrevious } from './previous-list.ts';
import { openStoredObjects } from './stored-objects.ts';
import { takeArchive } from './take-archive.ts';

export interface ParquetTakerOptions {
  /** The archive: a folder of Parquet files, in hive partitions or not. */
  readonly folder: string;
  /** Secret that addresses of content are made with; always the same for one object store. */
  readonly addressKey: Uint8Array;
  /** Threads that read and hash. */
  readonly threads?: number;
  /** Files read and sealed at once: more than there are threads, since the disk lets each wait. */
  readonly lanes?: number;
  /** Files up to this size are read once, for hashing and sealing; each lane holds so much memory. */
  readonly bufferBytes?: number;
  readonly clock?: Clock;
}

/**
 * Backs up a Parquet archive: each content sealed once under an address made from it, and a manifest that says which
 * file held what. Files that did not change since the backup before are not read again. The scope is `full` always: a
 * manifest that is written as a delta restores the whole archive, too.
 */
export function createParquetTaker(options: ParquetTakerOptions): BackupTaker {
  const settings = { threads: 2, lanes: 5, bufferBytes: 16 * 1024 * 1024, clock: systemClock, ...options };
  return {
    type: 'parquet',
    async take(job: BackupJob): Promise<Taken> {
      const previous = await readPrevious(job);
      const trusted = previous.suspect ? nothing : previous.list;
      const objects = await openStoredObjects(job.sink, settings.addressKey, trusted);
      const archive = await takeArchive(settings, job, { previous: trusted, objects });
      const kept = await keepVersions(archive.left, previous, job);
      return describeArchive(settings.folder, { ...archive, kept }, previous, job);
    },
  };
}
