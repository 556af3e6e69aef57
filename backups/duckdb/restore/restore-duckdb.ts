import { join } from 'node:path';
import { CodedError } from '../../../errors/coded-error.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import { replay } from '../catalogue/replay.ts';
import { type Database, openDatabase } from '../database.ts';
import { detailsOf, type DuckdbDetails } from '../manifest.ts';
import { withEnoughMemory } from '../more-memory.ts';
import { chooseItems, type Chosen } from './choose-items.ts';
import { createFiles, type Files } from './fetch-files.ts';
import { loadTable } from './load-table.ts';
import { type Proof, proveTable } from './prove-table.ts';
import { openWorkspace } from './restore-workspace.ts';
import { piecesOf, selectPiece } from './table-pieces.ts';

export interface DuckdbRestore {
  readonly catalog: BackupCatalog;
  readonly backupId: string;
  /** A file that does not exist yet; folders above it are made. */
  readonly to: string;
  /** `name` or `schema.name`; all tables when undefined. Tables that their foreign keys name come with them. */
  readonly tables?: readonly string[];
  /** Of DuckDB, e.g. `400MB`. */
  readonly memoryLimit?: string;
  readonly signal: AbortSignal;
  /** Plain bytes read from the store since the last call. */
  readonly progress: (bytes: number) => void;
}

export interface RestoredDuckdb {
  readonly tables: readonly { readonly schema: string; readonly name: string; readonly rows: number }[];
  /** Views and macros that could not be made, as text with the reason: broken in the source, or for want of their tables. */
  readonly broken: readonly (CatalogueItem & { readonly reason: string })[];
  /** Tables, as `schema.name`, that are equal to their source but for signs of zeros and NaNs. */
  readonly signsUnified: readonly string[];
}

/**
 * Puts a database back together from a backup, under a hidden name beside the target, proves every table by its
 * fingerprint, and gives it its name at the end: the target is absent or complete, and never written over. Throws
 * `restore-target-exists`, `restore-target-unusable`, `backup-not-found`, `object-damaged` or `invalid-request`.
 */
export async function restoreDuckdb(restore: DuckdbRestore): Promise<RestoredDuckdb> {
  const manifest = await restore.catalog.read('duckdb', restore.backupId);
  const details = detailsOf(manifest);
  const chosen = chooseItems(details, restore.tables);
  const workspace = await openWorkspace(restore.to);
  try {
    const database = await openDatabase({
      path: workspace.database,
      name: details.database,
      memoryLimit: restore.memoryLimit ?? '400MB',
      spill: join(workspace.folder, 'spill'),
      storageVersion: details.storage,
    });
    const interrupt = (): void => {
      database.connection.interrupt();
    };
    restore.signal.addEventListener('abort', interrupt);
    let filled: Pick<RestoredDuckdb, 'broken' | 'signsUnified'>;
    try {
      const { folder } = workspace;
      filled = await fill(database, { manifest, details }, { ...restore, chosen, folder });
      await withEnoughMemory(database, () => database.run('CHECKPOINT'));
    } finally {
      restore.signal.removeEventListener('abort', interrupt);
      database.close();
    }
    restore.signal.throwIfAborted();
    await workspace.publish();
    return {
      tables: chosen.tables.map(({ schema, name, rows }) => ({ schema, name, rows })),
      broken: [...details.catalogue.broken, ...filled.broken],
      signsUnified: filled.signsUnified,
    };
  } catch (error) {
    restore.signal.throwIfAborted();
    throw error;
  } finally {
    await workspace.remove();
  }
}

async function fill(
  database: Database,
  backup: { readonly manifest: Manifest; readonly details: DuckdbDetails },
  work: DuckdbRestore & { readonly chosen: Chosen; readonly folder: string },
): Promise<Pick<RestoredDuckdb, 'broken' | 'signsUnified'>> {
  const { chosen } = work;
  const signsUnified: string[] = [];
  const first = await make(database, chosen.early, chosen.whole);
  const files = createFiles(backup, database, work);
  for (const [index, table] of chosen.tables.entries()) {
    work.signal.throwIfAborted();
    const next = chosen.tables[index + 1];
    const proof = await loadFrom(database, files, {
      table,
      next,
      sameEngine: await isSameEngine(database, backup.details),
    });
    if (proof === 'signs unified') signsUnified.push(`${table.schema}.${table.name}`);
  }
  await files.keep(new Set());
  const second = await make(database, chosen.late, chosen.whole);
  const broken = [...first, ...second].filter(({ kind }) => kind === 'view' || kind === 'macro');
  return { broken, signsUnified };
}

async function loadFrom(
  database: Database,
  files: Files,
  {
    table,
    next,
    sameEngine,
  }: { table: Chosen['tables'][number]; next: Chosen['tables'][number] | undefined; sameEngine: boolean },
): Promise<Proof> {
  const pieces = piecesOf(table);
  const selects: string[] = [];
  for (const piece of pieces) selects.push(selectPiece(table, piece, await files.get(piece.file)));
  // The next table's first file is opened while this one's rows go in.
  const ahead = next && piecesOf(next)[0];
  if (ahead) void files.get(ahead.file);
  await loadTable(database, table, selects);
  const proof = await withEnoughMemory(database, () =>
    proveTable(database, table, sameEngine ? undefined : selects),
  );
  await files.keep(new Set(next ? piecesOf(next).map(({ file }) => file) : []));
  return proof;
}

/** Makes the items; when all were asked for, only a view or a macro may fail (it may read what is not on this machine). */
async function make(
  database: Database,
  items: readonly CatalogueItem[],
  whole: boolean,
): Promise<RestoredDuckdb['broken']> {
  const { failed } = await replay(database, items);
  const fatal = failed.find(
    ({ kind, sql }) => whole && kind !== 'view' && kind !== 'macro' && !sql.startsWith('COMMENT'),
  );
  if (!fatal) return failed;
  throw new CodedError(
    'object-damaged',
    `The ${fatal.kind} ${fatal.schema}.${fatal.name} cannot be made with this DuckDB: ${fatal.reason}`,
    { facts: { kind: fatal.kind, name: `${fatal.schema}.${fatal.name}` } },
  );
}

async function isSameEngine(database: Database, details: DuckdbDetails): Promise<boolean> {
  const [row] = await database.rows('SELECT version() AS v');
  return row?.['v'] === details.engine;
}
