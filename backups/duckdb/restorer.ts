import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupRestorer, ReadableBackup } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { openDatabase } from './database.ts';
import { detailsOf, type DuckdbDetails } from './manifest.ts';
import { chooseItems } from './restore/choose-items.ts';
import { compareRestored } from './restore/compare-restored.ts';
import { withoutChecks } from './restore/left-out-checks.ts';
import { objectsOf, outlineOf } from './restore/outline.ts';
import { restoreDuckdb } from './restore/restore-duckdb.ts';
import { quoteName, quoteText } from './sql-text.ts';
import { threadsFor } from './threads-for.ts';

/** Reads and restores DuckDB backups; `memoryLimit` is DuckDB's, e.g. `160MB`. */
export function createDuckdbRestorer(catalog: BackupCatalog, memoryLimit: string): BackupRestorer {
  return {
    type: 'duckdb',
    async read(backupId) {
      const manifest = await catalog.read('duckdb', backupId);
      const details = detailsOf(manifest);
      return {
        objects: objectsOf(manifest, details, chooseItems(details, {}).tables),
        decode: (object, file) => decode(details, object, { file, memoryLimit }),
      } satisfies ReadableBackup;
    },
    outline: async (backupId, selection) => outlineOf(await catalog.read('duckdb', backupId), selection),
    async restore(request) {
      const { tables, broken, signsUnified, checksLeftOut } = await restoreDuckdb({
        ...request,
        catalog,
        memoryLimit,
      });
      return {
        checksLeftOut,
        counts: { tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) },
        notes: [
          ...broken.map(({ kind, schema, name, reason, sql }) =>
            kind === 'table'
              ? `table ${schema}.${name} came back with its columns and rows alone, for it could not be made: ${reason}; its SQL is ${sql}`
              : `${kind} ${schema}.${name} could not be made: ${reason}; its SQL is ${sql}`,
          ),
          ...checksLeftOut.map(
            ({ table, check }) =>
              `table ${table} came back without ${check}: its rows do not fulfil it any more`,
          ),
          ...signsUnified.map(
            (name) =>
              `table ${name} is equal, but signs of zeros or NaNs are not all as they were: DuckDB has stored them as one`,
          ),
        ],
      };
    },
    async compare(backupId, restored, { scratch, checksLeftOut = [] }) {
      const details = detailsOf(await catalog.read('duckdb', backupId));
      await compareRestored(withoutChecks(details, checksLeftOut), restored, { scratch, memoryLimit });
    },
  };
}

/** Every value is read: whatever cannot be decoded is found. */
async function decode(
  details: DuckdbDetails,
  object: ManifestObject,
  { file, memoryLimit }: { readonly file: string; readonly memoryLimit: string },
): Promise<null> {
  const described = details.files.find(({ path }) => path === object.path);
  const layout = details.layouts[described?.layout ?? -1];
  if (!described || !layout) throw damaged(object, 'is not described by its manifest');
  const columns = layout.columns.map(({ name }) => quoteName(name)).join(', ');
  const attached = layout.format === 'duckdb';
  const from = attached ? 'main.rows' : `read_parquet(${quoteText(file)}, hive_partitioning = false)`;
  let rows: unknown;
  try {
    const database = await openDatabase({
      ...(attached ? { path: file, readOnly: true } : { path: ':memory:' }),
      name: 'opened',
      memoryLimit,
      threads: threadsFor(object.plainBytes),
    });
    try {
      const [row] = await database.rows(
        `SELECT count(*) AS rows, bit_xor(hash(${columns}))::VARCHAR AS read FROM ${from}`,
      );
      rows = row?.['rows'];
    } finally {
      await database.close();
    }
  } catch (error) {
    throw damaged(object, `cannot be decoded: ${errorText(error)}`, error);
  }
  if (Number(rows) === described.rows) return null;
  throw damaged(object, `holds ${String(rows)} rows, and ${described.rows} were stored`);
}

function damaged({ path, name }: ManifestObject, what: string, cause?: unknown): CodedError {
  return new CodedError('object-damaged', `${path} (${name}) ${what}`, { cause, facts: { path } });
}
