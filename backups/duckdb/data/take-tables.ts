import type { ManifestObject } from '../../../model/manifest.ts';
import type { BackupJob } from '../../backup-taker.ts';
import { addressOf, type Table } from '../catalogue/list-tables.ts';
import type { Parent } from '../choose-parent.ts';
import type { Database } from '../database.ts';
import type { DetailedTable, DuckdbDetails, Layout } from '../manifest.ts';
import { withEnoughMemory } from '../more-memory.ts';
import type { Export } from './export-chunks.ts';
import { type ChunkFingerprint, type Fingerprint, fingerprintAll, fingerprintChunks } from './fingerprint.ts';
import { layoutOf } from './layout.ts';
import { type ParquetVersion, parquetVersion } from './parquet-version.ts';
import { storeExports } from './store-exports.ts';
import { chunkKey, type ChunkPlan, type Place, planChunks } from './plan-chunks.ts';

export interface TakenTables {
  readonly tables: DetailedTable[];
  readonly files: DuckdbDetails['files'];
  readonly layouts: Layout[];
  readonly objects: ManifestObject[];
}

interface Planned {
  readonly table: Table;
  readonly chunks: readonly ChunkFingerprint[];
  readonly plan: ChunkPlan;
  /** Of all rows, where some chunk is `signed`. */
  readonly plain: Fingerprint | undefined;
}

/** Stores the chunks of all tables that the parent's chain lacks, and says where each chunk lies. */
export async function takeTables(
  database: Database,
  job: BackupJob,
  {
    tables,
    parent,
    newest,
  }: { readonly tables: readonly Table[]; readonly parent: Parent; readonly newest: ParquetVersion },
): Promise<TakenTables> {
  const files = createFileList(parent);
  const planned: Planned[] = [];
  const exports: Export[] = [];
  for (const [index, table] of tables.entries()) {
    job.signal.throwIfAborted();
    const chunks = await withEnoughMemory(database, () => fingerprintChunks(database, table));
    job.progress(0);
    const plan = planChunks(table.columns, chunks, files.known);
    const plain = chunks.some(({ signed }) => signed)
      ? await withEnoughMemory(database, () =>
          fingerprintAll(database, addressOf(table), table.columns, 'plain'),
        )
      : undefined;
    planned.push({ table, chunks, plan, plain });
    if (plan.exports.length === 0) continue;
    const layout = await layoutOf(database, table);
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

interface FileList {
  /** Where chunks lie, by index into all files. */
  readonly known: ReadonlyMap<string, Place>;
  add(what: Export, object: ManifestObject): void;
  /** Where a chunk lies, by index into those that are used. */
  use(key: string): Place;
  used(): Pick<TakenTables, 'files' | 'layouts' | 'objects'>;
}

interface File {
  readonly object: ManifestObject;
  readonly layout: Layout;
}

/** The files of the parent and new ones; those that no chunk needs any more are left out at the end. */
function createFileList(parent: Parent): FileList {
  const files: File[] = [];
  const known = new Map<string, Place>();
  if ('manifest' in parent) addParent(parent, files, known);
  const positions = new Map<number, number>();
  return {
    known,
    add({ table, layout, chunks }, object) {
      const file = files.push({ object, layout }) - 1;
      let offset = 0;
      for (const chunk of chunks) {
        known.set(chunkKey(table.columns, chunk), { file, offset });
        offset += chunk.rows;
      }
    },
    use(key) {
      const place = known.get(key);
      if (!place) throw new Error('a chunk was planned and not stored');
      const file = positions.get(place.file) ?? positions.size;
      positions.set(place.file, file);
      return { file, offset: place.offset };
    },
    used() {
      const used = [...positions.keys()].map((file) => files[file]).filter((file) => file !== undefined);
      const layouts = new Map<string, { readonly index: number; readonly layout: Layout }>();
      return {
        objects: used.map(({ object }) => object),
        files: used.map(({ object, layout }) => {
          const text = JSON.stringify(layout);
          const { index } = layouts.get(text) ?? { index: layouts.size };
          layouts.set(text, { index, layout });
          return { path: object.path, layout: index, rows: object.rows ?? 0 };
        }),
        layouts: [...layouts.values()].map(({ layout }) => layout),
      };
    },
  };
}

function addParent(
  { manifest, details }: Extract<Parent, { manifest: unknown }>,
  files: File[],
  known: Map<string, Place>,
): void {
  const objects = new Map(manifest.body.objects.map((object) => [object.path, object]));
  const positions = details.files.map(({ path, layout }) => {
    const [object, described] = [objects.get(path), details.layouts[layout]];
    return object && described ? files.push({ object, layout: described }) - 1 : undefined;
  });
  for (const { columns, chunks } of details.tables) {
    for (const [, rows, sum, xor, file, offset, placed = ''] of chunks) {
      const position = positions[file];
      if (position !== undefined)
        known.set(chunkKey(columns, { rows, sum, xor, placed }), { file: position, offset });
    }
  }
}

function describe({ table, chunks, plain }: Planned, files: FileList): DetailedTable {
  return {
    schema: table.schema,
    name: table.name,
    columns: table.columns.map(({ name, type }) => ({ name, type })),
    references: [...table.references],
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: chunks.map((chunk) => {
      const { file, offset } = files.use(chunkKey(table.columns, chunk));
      return [chunk.chunk, chunk.rows, chunk.sum, chunk.xor, file, offset, chunk.placed];
    }),
    plain: plain ? [plain.sum, plain.xor] : null,
  };
}
