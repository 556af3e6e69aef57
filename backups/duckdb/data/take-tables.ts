import { join } from 'node:path';
import type { ManifestObject } from '../../../model/manifest.ts';
import type { BackupJob } from '../../backup-taker.ts';
import { inParallel } from '../../manifests/in-parallel.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Parent } from '../choose-parent.ts';
import type { Database } from '../database.ts';
import type { DetailedTable, DuckdbDetails, Layout } from '../manifest.ts';
import { type Export, exportChunks, type Lane } from './export-chunks.ts';
import { makeFifos } from './fifo.ts';
import { type ChunkFingerprint, fingerprintChunks } from './fingerprint.ts';
import { layoutOf } from './layout.ts';
import { chunkKey, type ChunkPlan, planChunks } from './plan-chunks.ts';

export interface TakenTables {
  readonly tables: DetailedTable[];
  readonly files: DuckdbDetails['files'];
  readonly layouts: Layout[];
  readonly objects: ManifestObject[];
}

/** COPYs at a time: the second fills the pauses in which the first is sealed to its end, synced and read back. */
const lanes = 2;

interface Planned {
  readonly table: Table;
  readonly chunks: readonly ChunkFingerprint[];
  readonly plan: ChunkPlan;
}

/** Stores the chunks of all tables that the parent's chain lacks, and says where each chunk lies. */
export async function takeTables(
  database: Database,
  job: BackupJob,
  { tables, parent }: { readonly tables: readonly Table[]; readonly parent: Parent },
): Promise<TakenTables> {
  const files = createFileList(parent);
  const planned: Planned[] = [];
  const exports: Export[] = [];
  for (const [index, table] of tables.entries()) {
    job.signal.throwIfAborted();
    const chunks = await fingerprintChunks(database, table);
    job.progress(0);
    const plan = planChunks(table.columns, chunks, files.known);
    planned.push({ table, chunks, plan });
    if (plan.exports.length === 0) continue;
    const layout = await layoutOf(database, table);
    for (const [part, missing] of plan.exports.entries()) {
      const file = `tables/${index + 1}-${part + 1}.${layout.format}`;
      exports.push({ table, layout, chunks: missing, file });
    }
  }
  const stored = await storeAll(database, job, exports);
  for (const { what, object } of stored) files.add(what, object);
  return { tables: planned.map((each) => describe(each, files)), ...files.used() };
}

async function storeAll(
  database: Database,
  job: BackupJob,
  exports: readonly Export[],
): Promise<{ readonly what: Export; readonly object: ManifestObject }[]> {
  const free: Lane[] = [];
  for (let lane = 0; lane < Math.min(lanes, exports.length); lane++) {
    free.push({
      connection: await database.connect(),
      fifo: join(job.scratch, `fifo-${lane}`),
      scratch: job.scratch,
    });
  }
  await makeFifos(free.map(({ fifo }) => fifo));
  const abandon = new AbortController();
  const stop = AbortSignal.any([job.signal, abandon.signal]);
  const interrupt = (): void => {
    for (const { connection } of all) connection.interrupt();
  };
  const all = [...free];
  stop.addEventListener('abort', interrupt);
  try {
    return await inParallel(exports, lanes, async (what) => {
      stop.throwIfAborted();
      const lane = free.pop();
      if (!lane) throw new Error('more exports at a time than lanes');
      try {
        return { what, object: await exportChunks(lane, job.sink, what) };
      } catch (error) {
        job.signal.throwIfAborted();
        abandon.abort(error);
        throw error;
      } finally {
        free.push(lane);
      }
    });
  } finally {
    stop.removeEventListener('abort', interrupt);
  }
}

interface FileList {
  readonly known: Map<string, { readonly file: number; readonly offset: number }>;
  add(what: Export, object: ManifestObject): void;
  used(): Pick<TakenTables, 'files' | 'layouts' | 'objects'>;
}

/** The files of the parent that are still needed, and new ones. */
function createFileList(parent: Parent): FileList {
  const files: { object: ManifestObject; layout: Layout; rows: number }[] = [];
  const known: FileList['known'] = new Map();
  if ('manifest' in parent) {
    const objects = new Map(parent.manifest.body.objects.map((object) => [object.path, object]));
    const positions = parent.details.files.map(({ path, layout, rows }) => {
      const [object, described] = [objects.get(path), parent.details.layouts[layout]];
      return object && described ? files.push({ object, layout: described, rows }) - 1 : undefined;
    });
    for (const { columns, chunks } of parent.details.tables) {
      for (const [, rows, sum, xor, file, offset] of chunks) {
        const position = positions[file];
        if (position !== undefined)
          known.set(chunkKey(columns, { rows, sum, xor }), { file: position, offset });
      }
    }
  }
  return {
    known,
    add({ table, layout, chunks }, object) {
      const file = files.push({ object, layout, rows: object.rows ?? 0 }) - 1;
      let offset = 0;
      for (const chunk of chunks) {
        known.set(chunkKey(table.columns, chunk), { file, offset });
        offset += chunk.rows;
      }
    },
    used() {
      const layouts: Layout[] = [];
      const seen = new Map<string, number>();
      return {
        objects: files.map(({ object }) => object),
        files: files.map(({ object, layout, rows }) => {
          const text = JSON.stringify(layout);
          const index = seen.get(text) ?? layouts.push(layout) - 1;
          seen.set(text, index);
          return { path: object.path, layout: index, rows };
        }),
        layouts,
      };
    },
  };
}

function describe({ table, chunks }: Planned, files: FileList): DetailedTable {
  return {
    schema: table.schema,
    name: table.name,
    columns: table.columns.map(({ name, type }) => ({ name, type })),
    references: [...table.references],
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: chunks.map((chunk) => {
      const place = files.known.get(chunkKey(table.columns, chunk));
      if (!place) throw new Error(`a chunk of ${table.schema}.${table.name} was planned and not stored`);
      return [chunk.chunk, chunk.rows, chunk.sum, chunk.xor, place.file, place.offset];
    }),
  };
}
