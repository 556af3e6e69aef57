import { join } from 'node:path';
import type { ManifestObject } from '../../../model/manifest.ts';
import type { BackupJob } from '../../backup-taker.ts';
import type { Database } from '../database.ts';
import { isOutOfMemory, withEnoughMemory } from '../more-memory.ts';
import { type Export, exportChunks, type Lane } from './export-chunks.ts';
import { makeFifos } from './fifo.ts';
import { lanes } from './lanes.ts';

export interface StoredExport {
  readonly what: Export;
  readonly object: ManifestObject;
}

/** Of an export that does not fit into memory otherwise. */
const smallRowGroup = 8192;

/** Stores every export; when one fails, the others are interrupted and its error is thrown. */
export async function storeExports(
  database: Database,
  job: BackupJob,
  exports: readonly Export[],
): Promise<StoredExport[]> {
  if (exports.length > 1) await database.run('SET threads = 1');
  const all = await openLanes(database, job.scratch, Math.min(lanes, exports.length));
  const interrupt = (): void => {
    for (const { connection } of all) connection.interrupt();
  };
  job.signal.addEventListener('abort', interrupt);
  try {
    const stored = await together(all, job, { exports, interrupt });
    for (const [index, what] of exports.entries()) {
      const [lane] = all;
      if (lane)
        stored[index] ??= await withEnoughMemory(database, (tries) => again(job, lane, { what, tries }));
    }
    return stored.filter((each) => each !== undefined);
  } finally {
    job.signal.removeEventListener('abort', interrupt);
  }
}

async function openLanes(database: Database, scratch: string, count: number): Promise<Lane[]> {
  const all: Lane[] = [];
  for (let lane = 0; lane < count; lane++) {
    all.push({
      database,
      connection: await database.connect(),
      fifo: join(scratch, `fifo-${lane}`),
      file: join(scratch, `rows-${lane}.duckdb`),
      attached: `backup_rows_${lane}`,
    });
  }
  await makeFifos(all.map(({ fifo }) => fifo));
  return all;
}

async function again(
  job: BackupJob,
  lane: Lane,
  { what, tries }: { readonly what: Export; readonly tries: number },
): Promise<StoredExport> {
  job.signal.throwIfAborted();
  const file = what.file.replace('.', `-again-${tries}.`);
  return { what, object: await exportChunks(lane, job.sink, { ...what, file, rowGroup: smallRowGroup }) };
}

/**
 * Undefined for those that ran out of memory. While a COPY runs, the object before it on the same lane is synced and read
 * back. Every COPY has ended when it returns or throws.
 */
async function together(
  all: readonly Lane[],
  job: BackupJob,
  { exports, interrupt }: { readonly exports: readonly Export[]; readonly interrupt: () => void },
): Promise<(StoredExport | undefined)[]> {
  const stored: (StoredExport | undefined)[] = [];
  const failures: unknown[] = [];
  const note = async (index: number, what: Export, object: Promise<ManifestObject>): Promise<void> => {
    try {
      stored[index] = { what, object: await object };
    } catch (error) {
      if (isOutOfMemory(error)) return;
      failures.push(error);
      interrupt();
    }
  };
  const waiting = exports.entries();
  const run = async (lane: Lane): Promise<void> => {
    let last = Promise.resolve();
    for (const [index, what] of waiting) {
      if (failures.length > 0 || job.signal.aborted) break;
      const before = last;
      await new Promise<void>((free) => {
        last = note(index, what, exportChunks({ ...lane, free }, job.sink, what)).finally(free);
      });
      await before;
    }
    await last;
  };
  await Promise.all(all.map(run));
  job.signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return stored;
}
