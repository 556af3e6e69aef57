import { join } from 'node:path';
import { CodedError } from '../../../errors/coded-error.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { LeftOutCheck, Selection } from '../../backup-restorer.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import { asApplication } from '../as-application.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import { replay } from '../catalogue/replay.ts';
import { type Database, openDatabase } from '../database.ts';
import { refusedRestore } from '../engine-error.ts';
import { detailsOf, type DuckdbDetails } from '../manifest.ts';
import { withEnoughMemory } from '../more-memory.ts';
import { quoteName } from '../sql-text.ts';
import { threadsFor } from '../threads-for.ts';
import { type Chosen, chooseItems, mayFail } from './choose-items.ts';
import type { ChosenTable } from './chosen-table.ts';
import { createFiles, type Files } from './fetch-files.ts';
import { withoutFailingChecks } from './left-out-checks.ts';
import { loadTable } from './load-table.ts';
import { loadPart, requireTenant } from './load-part.ts';
import { keptOf, openBatches } from './open-batches.ts';
import { provePart } from './prove-part.ts';
import { type Proof, proveTable } from './prove-table.ts';
import { openWorkspace } from './restore-workspace.ts';
import { conditionOf } from './select-rows.ts';
import { piecesOf } from './table-pieces.ts';

export interface DuckdbRestore extends Selection {
  readonly catalog: BackupCatalog;
  readonly backupId: string;
  /** A file that does not exist yet; folders above it are made. */
  readonly to: string;
  /** Of DuckDB, e.g. `160MB`; more where a row group needs it. */
  readonly memoryLimit: string;
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
  /** What tables came back without. */
  readonly checksLeftOut: readonly LeftOutCheck[];
}

type Filled = Omit<RestoredDuckdb, 'checksLeftOut'>;

/**
 * Puts a database back together from a backup, under a hidden name beside the target, proves every table by its
 * fingerprint, and gives it its name at the end: the target is absent or complete, and never written over. Throws
 * `restore-target-exists`, `restore-target-unusable`, `backup-not-found`, `object-damaged`, `invalid-request`, and for a
 * tenant `tenant-not-found`, `tenant-not-separable`.
 */
export async function restoreDuckdb(restore: DuckdbRestore): Promise<RestoredDuckdb> {
  const manifest = await restore.catalog.read('duckdb', restore.backupId);
  return withoutFailingChecks(detailsOf(manifest), (details) => restoreOnce(restore, { manifest, details }));
}

async function restoreOnce(
  restore: DuckdbRestore,
  { manifest, details }: { readonly manifest: Manifest; readonly details: DuckdbDetails },
): Promise<Filled> {
  const chosen = chooseItems(details, restore);
  const plainBytes = manifest.body.objects.reduce((sum, object) => sum + object.plainBytes, 0);
  const workspace = await openWorkspace(restore.to);
  try {
    const database = await openDatabase({
      path: workspace.database,
      name: details.database,
      memoryLimit: restore.memoryLimit,
      threads: threadsFor(plainBytes),
      spill: join(workspace.folder, 'spill'),
      storageVersion: details.storage,
      builtInsFirst: true,
    });
    const interrupt = (): void => {
      database.connection.interrupt();
    };
    restore.signal.addEventListener('abort', interrupt);
    let filled: Filled;
    try {
      const { folder } = workspace;
      filled = await fill(database, { manifest, details }, { ...restore, chosen, folder });
      await withEnoughMemory(database, () => database.run(`CHECKPOINT ${quoteName(database.name)}`));
    } finally {
      restore.signal.removeEventListener('abort', interrupt);
      await database.close();
    }
    restore.signal.throwIfAborted();
    await workspace.publish();
    return { ...filled, broken: [...chosen.broken, ...filled.broken] };
  } catch (error) {
    restore.signal.throwIfAborted();
    throw refusedRestore(error, restore.backupId);
  } finally {
    await workspace.remove();
  }
}

async function fill(
  database: Database,
  backup: { readonly manifest: Manifest; readonly details: DuckdbDetails },
  work: DuckdbRestore & { readonly chosen: Chosen; readonly folder: string },
): Promise<Filled> {
  const { chosen } = work;
  const signsUnified: string[] = [];
  const tables: RestoredDuckdb['tables'][number][] = [];
  const first = await make(database, chosen.early, chosen.whole);
  const files = createFiles(backup, database, work);
  try {
    const sameEngine = await isSameEngine(database, backup.details);
    for (const [index, one] of chosen.tables.entries()) {
      work.signal.throwIfAborted();
      const { schema, name } = one.table;
      const next = chosen.tables[index + 1];
      const { proof, rows } = await loadFrom(database, files, { one, next, sameEngine });
      tables.push({ schema, name, rows });
      if (proof === 'signs unified') signsUnified.push(`${schema}.${name}`);
    }
    await files.keep(new Set());
  } finally {
    await files.close();
  }
  requireTenant(chosen, tables);
  const second = await make(database, chosen.late, chosen.whole);
  const broken = [...first, ...second].filter(mayFail);
  return { tables, broken, signsUnified };
}

async function loadFrom(
  database: Database,
  files: Files,
  { one, next, sameEngine }: { one: ChosenTable; next: ChosenTable | undefined; sameEngine: boolean },
): Promise<{ readonly proof: Proof; readonly rows: number }> {
  const selects: string[] = [];
  const batches = openBatches(files, { one, next, selects });
  const done = await loadAndProve(database, one, { batches, selects, sameEngine });
  await files.keep(new Set(next ? piecesOf(next.table).map(({ file }) => file) : []));
  return done;
}

async function loadAndProve(
  database: Database,
  one: ChosenTable,
  loaded: {
    readonly batches: AsyncIterable<readonly string[]>;
    /** Of all batches, once they have been loaded. */
    readonly selects: readonly string[];
    readonly sameEngine: boolean;
  },
): Promise<{ readonly proof: Proof; readonly rows: number }> {
  const { table } = one;
  const { batches, selects, sameEngine } = loaded;
  const condition = await asApplication(database, () => conditionOf(database, one));
  if (condition === undefined) {
    await asApplication(database, () => loadTable(database, table, batches), table.schema);
    const prove = () => proveTable(database, table, sameEngine ? undefined : selects);
    return { proof: await withEnoughMemory(database, prove), rows: table.rows };
  }
  await asApplication(database, () => loadPart(database, table, keptOf(batches, condition)), table.schema);
  return withEnoughMemory(database, () => provePart(database, table, { condition, selects, sameEngine }));
}

/** Makes the items; when all were asked for, only a view or a macro may fail. */
async function make(
  database: Database,
  items: readonly CatalogueItem[],
  whole: boolean,
): Promise<RestoredDuckdb['broken']> {
  const { failed } = await replay(database, items);
  const fatal = failed.find((item) => whole && !mayFail(item) && !item.sql.startsWith('COMMENT'));
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
