import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import type { Database } from '../duckdb/database.ts';
import { openIntoFile } from '../restoring/open-into-file.ts';
import { quoteText } from '../duckdb/sql-text.ts';
import { integerOf } from './ledger-state.ts';
import type { StoredSegment } from './manifest.ts';

/** What opening objects of a ledger's backups takes. */
export interface Opening {
  readonly catalog: BackupCatalog;
  readonly database: Database;
  /** Where they are opened. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Plain bytes read since the last call. */
  readonly progress: (bytes: number) => void;
}

/** Opens an object into a file, proven by its digest. Throws `object-damaged` or `object-not-found`. */
export async function openInto(path: string, object: ManifestObject, work: Opening): Promise<void> {
  const { catalog, signal, progress } = work;
  await openIntoFile(catalog, object, { path, flags: 'w', signal, progress });
}

export interface OpenedSegment {
  /** What can stand after FROM. */
  readonly from: string;
  readonly path: string;
}

/**
 * Opens a stored segment into a file: proven by its digest, and to hold the rows that its manifest says, within its
 * range. Throws `object-damaged` or `object-not-found`.
 */
export async function openSegment(segment: StoredSegment, work: Opening): Promise<OpenedSegment> {
  const path = pathOf(segment, work);
  await openInto(path, segment.object, work);
  const from = `read_parquet(${quoteText(path)})`;
  const [counted] = await work.database.rows(
    `SELECT count(*) AS rows, min(timestamp) > ${segment.from} AND max(timestamp) = ${segment.to} AS fits FROM ${from}`,
  );
  if (integerOf(counted?.['rows']) === BigInt(segment.rows) && counted?.['fits'] === true)
    return { from, path };
  throw new CodedError(
    'object-damaged',
    `${segment.path} does not hold the ${segment.rows} ${segment.kind} that its manifest says.`,
    { facts: { path: segment.path } },
  );
}

/** Uses a segment's file and removes it. */
export async function withSegment<Result>(
  segment: StoredSegment,
  work: Opening,
  use: (opened: OpenedSegment) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(await openSegment(segment, work));
  } finally {
    await rm(pathOf(segment, work), { force: true });
  }
}

function pathOf({ kind, from }: StoredSegment, { folder }: Opening): string {
  return join(folder, `${kind}-${from}.parquet`);
}
