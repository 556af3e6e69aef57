import type { BackupJob } from '../../backup-taker.ts';
import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Parent } from '../choose-parent.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import { withEnoughMemory } from '../more-memory.ts';
import type { BlockDigests } from './block-digests.ts';
import { checkCount } from './check-count.ts';
import type { Export } from './export-chunks.ts';
import { createFileList, type FileList, type UsedFiles } from './file-list.ts';
import { type ChunkFingerprint, type Fingerprint, fingerprintAll, fingerprintChunks } from './fingerprint.ts';
import { type Imprints, imprintChunks } from './imprint-chunks.ts';
import { type ImprintedChunks, imprintedChunks } from './imprinted-chunks.ts';
import { layoutOf } from './layout.ts';
import { type ParquetVersion, parquetVersion } from './parquet-version.ts';
import { storeExports } from './store-exports.ts';
import { chunkKey, type ChunkPlan, planChunks } from './plan-chunks.ts';

export interface TakenTables extends UsedFiles {
  readonly tables: DetailedTable[];
}

interface Planned {
  readonly table: Table;
  readonly chunks: readonly ChunkFingerprint[];
  readonly imprints: Imprints;
  readonly plan: ChunkPlan;
  /** Of all rows, where some chunk is `signed`. */
  readonly plain: Fingerprint | undefined;
}

/** Stores the chunks of all tables that the parent's chain lacks, and says where each chunk lies. */
export async function takeTables(
  database: Database,
  job: BackupJob,
  what: {
    readonly tables: readonly Table[];
    readonly parent: Parent;
    readonly newest: ParquetVersion;
    /** Of the file that is open. */
    readonly digests: BlockDigests;
  },
): Promise<TakenTables> {
  const { tables, parent, newest } = what;
  const files = createFileList(parent);
  const known = imprintedChunks(parent);
  const planned: Planned[] = [];
  const exports: Export[] = [];
  for (const [index, table] of tables.entries()) {
    job.signal.throwIfAborted();
    const imprints = await withEnoughMemory(database, () => imprintChunks(database, table, what.digests));
    job.progress(0);
    const chunks = await withEnoughMemory(database, () =>
      fingerprintUnknown(database, table, { imprints, known }),
    );
    job.progress(0);
    const plan = planChunks(table.columns, chunks, files.known);
    const plain = chunks.some(({ signed }) => signed)
      ? await withEnoughMemory(database, () =>
          fingerprintAll(database, addressOf(database, table), table.columns, 'plain'),
        )
      : undefined;
    planned.push({ table, chunks, imprints, plan, plain });
    if (plan.exports.length === 0) continue;
    const layout = await layoutOf(database, table, plan.exports.flat());
    const version = await parquetVersion(database, table, newest);
    for (const [part, missing] of plan.exports.entries()) {
      const file = `tables/${index + 1}-${part + 1}.${layout.format}`;
      exports.push({ table, layout, version, chunks: missing, file });
    }
  }
  const stored = await storeExports(database, job, exports);
  for (const { what, object } of stored) files.add(what, object);
  return { tables: planned.map((each) => describe(each, files)), ...files.used() };
}

/**
 * Chunks that lie in the file as they did at the backup before keep the fingerprints that they had then. These are
 * not looked at, so the rows of all are counted.
 */
async function fingerprintUnknown(
  database: Database,
  table: Table,
  { imprints, known }: { readonly imprints: Imprints; readonly known: ImprintedChunks },
): Promise<ChunkFingerprint[]> {
  const kept = new Map<number, ChunkFingerprint>();
  for (const [chunk, imprint] of imprints) {
    const fingerprint = known.get(imprint);
    if (fingerprint) kept.set(chunk, { ...fingerprint, chunk });
  }
  const others = await fingerprintChunks(database, table, new Set(kept.keys()));
  if (kept.size === 0) return others;
  const chunks = [...kept.values(), ...others].sort((one, other) => one.chunk - other.chunk);
  const [counted] = await database.rows(`SELECT count(*) AS rows FROM ${addressOf(database, table)}`);
  checkCount(`${table.schema}.${table.name}`, { given: rowsOf(chunks), counted: Number(counted?.['rows']) });
  return chunks;
}

function rowsOf(chunks: readonly Fingerprint[]): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0);
}

function describe({ table, chunks, imprints, plain }: Planned, files: FileList): DetailedTable {
  return {
    schema: table.schema,
    name: table.name,
    columns: table.columns.map(({ name, type }) => ({ name, type })),
    references: [...table.references],
    rows: rowsOf(chunks),
    chunks: chunks.map((chunk) => {
      const { file, offset } = files.use(chunkKey(table.columns, chunk));
      const { rows, sum, xor, placed } = chunk;
      return [chunk.chunk, rows, sum, xor, file, offset, placed, ...optional(imprints.get(chunk.chunk))];
    }),
    plain: plain ? [plain.sum, plain.xor] : null,
  };
}

function optional(text: string | undefined): [] | [string] {
  return text === undefined ? [] : [text];
}
