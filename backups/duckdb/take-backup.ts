import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { version } from '@duckdb/node-api';
import { allEnded } from '../../engine/all-ended.ts';
import { type Clock, systemClock } from '../../engine/clock.ts';
import type { BackupJob, BackupTaker, Taken } from '../backup-taker.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { readCatalogue } from './catalogue/read-catalogue.ts';
import { chooseParent, knownOf, noParent, type Parent } from './choose-parent.ts';
import { type BlockDigests, createBlockDigests, createDigestKey } from './data/block-digests.ts';
import type { ParquetVersion } from './data/parquet-version.ts';
import { readAhead } from './data/read-ahead.ts';
import { showRowIds } from './data/show-row-ids.ts';
import { takeTables } from './data/take-tables.ts';
import type { Database } from './database.ts';
import { engineError } from './engine-error.ts';
import { openCopy } from './open-copy.ts';
import type { DuckdbDetails } from './manifest.ts';
import { refuseQuery } from './refuse-query.ts';
import { guardedSnapshot, type Snapshot } from './snapshot/guarded-snapshot.ts';
import { heldSnapshot } from './snapshot/held-snapshot.ts';
import { quoteText, textOf } from './sql-text.ts';

export interface DuckdbTakerOptions {
  /** The live database file. */
  readonly file: string;
  /** `guarded` copies beside a writer; `read-only` opens the file, which refuses an application meanwhile. */
  readonly mode?: 'guarded' | 'read-only';
  /** Milliseconds to go on trying for a copy. */
  readonly patience?: number;
  /** Backups in a chain, the full one counted; then the next is full again. */
  readonly fullEvery?: number;
  /** Of DuckDB, e.g. `300MB`. */
  readonly memoryLimit?: string;
  /** The newest of Parquet's encodings that objects are written with. */
  readonly parquetVersion?: ParquetVersion;
  /** Tells the moment whose data a backup holds. */
  readonly clock?: Clock;
}

/** Backs up a DuckDB file, every table of every schema and all that its catalogue holds, in full or what has changed. */
export function createDuckdbTaker(options: DuckdbTakerOptions): BackupTaker {
  const settings = {
    mode: 'guarded' as const,
    patience: 60_000,
    fullEvery: 28,
    memoryLimit: '160MB',
    parquetVersion: 'v2' as const,
    clock: systemClock,
    ...options,
  };
  return {
    type: 'duckdb',
    async take(job: BackupJob): Promise<Taken> {
      const choosing = chooseFrom(job, settings);
      const digests = createBlockDigests({
        key: choosing.then(({ key }) => key),
        signal: job.signal,
        progress: () => {
          job.progress(0);
        },
      });
      try {
        // Copying leaves time to choose what the backup goes on from, and for the digests.
        const [snapshot, chosen] = await allEnded([takeSnapshot(settings, job, digests), choosing]);
        digests.over(snapshot.path);
        return await takeCopy(job, { ...settings, ...chosen, snapshot, digests });
      } finally {
        await digests.close();
      }
    },
  };
}

/** What a backup goes on from, and the key of its imprints, which it has in common with those that it knows. */
async function chooseFrom(
  job: BackupJob,
  { fullEvery }: Required<Pick<DuckdbTakerOptions, 'fullEvery'>>,
): Promise<{ readonly parent: Parent; readonly key: Uint8Array }> {
  const parent =
    job.order.scope === 'full'
      ? await noParent(job, version())
      : await chooseParent(job, version(), fullEvery);
  const kept = knownOf(parent)?.imprintKey ?? null;
  return { parent, key: kept === null ? createDigestKey() : Buffer.from(kept, 'base64') };
}

async function takeSnapshot(
  { file, mode, patience, clock }: Required<Pick<DuckdbTakerOptions, 'file' | 'mode' | 'patience' | 'clock'>>,
  job: BackupJob,
  { beside }: BlockDigests,
): Promise<Snapshot> {
  for (const path of [file, job.scratch]) refuseQuery(path, 'configuration-invalid');
  const folder = join(job.scratch, 'snapshot');
  await mkdir(folder, { mode: 0o700 });
  const take = mode === 'guarded' ? guardedSnapshot : heldSnapshot;
  const { signal, progress } = job;
  return take(file, join(folder, basename(file)), { patience, signal, progress, clock, beside });
}

/** What a backup is made from. */
interface Making {
  readonly snapshot: Snapshot;
  readonly parent: Parent;
  readonly key: Uint8Array;
  readonly digests: BlockDigests;
  readonly parquetVersion: ParquetVersion;
}

async function takeCopy(
  job: BackupJob,
  making: Making & Required<Pick<DuckdbTakerOptions, 'file' | 'memoryLimit'>>,
): Promise<Taken> {
  const { path, bytes, walBytes } = making.snapshot;
  const database = await openCopy({ ...making, path, bytes: bytes + walBytes, scratch: job.scratch });
  const interrupt = (): void => {
    database.connection.interrupt();
  };
  job.signal.addEventListener('abort', interrupt);
  try {
    return await takeDatabase(database, job, making);
  } catch (error) {
    job.signal.throwIfAborted();
    throw engineError(error, making.file);
  } finally {
    job.signal.removeEventListener('abort', interrupt);
    await database.close();
  }
}

async function takeDatabase(
  database: Database,
  job: BackupJob,
  { snapshot, parent, key, digests, parquetVersion }: Making,
): Promise<Taken> {
  const [{ catalogue, tables: listed }] = await Promise.all([
    readCatalogue(database, job.scratch),
    readAhead(database),
  ]);
  const tables = await showRowIds(database, listed);
  if (catalogue.broken.length + catalogue.differences.length > 0) {
    const { broken, differences } = catalogue;
    job.log.warn({ broken, differences }, 'the catalogue cannot be made again in every detail');
  }
  const taken = await takeTables(database, job, {
    ...{ tables, parent, newest: parquetVersion, digests },
  });
  const chained = 'manifest' in parent;
  const details: DuckdbDetails = {
    format: 2,
    engine: version(),
    storage: await storageOf(database),
    database: database.name,
    depth: chained ? parent.details.depth + 1 : 0,
    imprintKey: Buffer.from(key).toString('base64'),
    catalogue,
    layouts: taken.layouts,
    files: taken.files,
    tables: taken.tables,
  };
  const notes = [
    ...('none' in parent && parent.none !== '' ? [`taken in full: ${parent.none}`] : []),
    // The note stands in the clear header of the manifest, which names nothing of the source.
    ...brokenNotes(catalogue),
    ...(catalogue.differences.length > 0
      ? [`${catalogue.differences.length} lines of the catalogue are not carried exactly`]
      : []),
  ];
  return {
    scope: chained ? 'incremental' : 'full',
    snapshotAt: new Date(snapshot.at).toISOString(),
    parent: chained
      ? { backupId: parent.manifest.header.backupId, manifestSha256: parent.manifest.sha256 }
      : null,
    compression: 'zstd',
    note: notes.length > 0 ? notes.join('; ') : null,
    objects: taken.objects,
    source: {
      snapshot: snapshot.method,
      tries: snapshot.tries,
      bytes: snapshot.bytes,
      walBytes: snapshot.walBytes,
      iteration: snapshot.iteration,
      storageVersion: snapshot.storageVersion,
    },
    details,
  };
}

function brokenNotes({ broken }: Catalogue): string[] {
  const tables = broken.filter(({ kind }) => kind === 'table').length;
  const others = broken.length - tables;
  return [
    ...(tables > 0 ? [`${tables} tables cannot be made again but with their columns and rows alone`] : []),
    ...(others > 0 ? [`${others} broken views or macros are kept as text`] : []),
  ];
}

/** The oldest DuckDB that can read it. */
async function storageOf(database: Database): Promise<string> {
  const [row] = await database.rows(
    `SELECT tags['storage_version'] AS storage FROM duckdb_databases() WHERE database_name = ${quoteText(database.name)}`,
  );
  return textOf(row?.['storage']).replace('+', '') || 'v1.0.0';
}
