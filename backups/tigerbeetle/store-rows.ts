import { join } from 'node:path';
import type { BackupJob } from '../backup-taker.ts';
import { makeFifos } from '../duckdb/data/fifo.ts';
import type { Kind, RowOf } from './columns.ts';
import type { StoredSegment } from './manifest.ts';
import { createRowTable, type RowTable } from './row-table.ts';
import type { Staging } from './staging.ts';
import { storeTable } from './store-table.ts';

/** Stores rows of one kind as segments of bounded size, in the order in which they come. */
export interface RowStore<Row> {
  /** Rows after those added before, by timestamp. Ends when there is room for more. */
  add(rows: readonly Row[]): Promise<void>;
  /** Stores what was added, so that the next row begins a new segment. */
  cut(): Promise<void>;
  /** The next row comes after this timestamp. */
  startAfter(from: bigint): void;
  /** Everything stored since the last call, in order. */
  stored(): Promise<readonly StoredSegment[]>;
}

interface Filling<Row> {
  readonly table: RowTable<Row>;
  readonly from: bigint;
  to: bigint;
}

/**
 * While a full table is written out, on a connection and a FIFO of its own, the next is filled: two at a time at most.
 * `seen` is given each table before it goes.
 */
export async function createRowStore<Of extends Kind>(
  job: BackupJob,
  staging: Staging,
  options: {
    readonly kind: Of;
    readonly segmentRows: number;
    /** Timestamp after which the first row comes. */
    readonly from: bigint;
    readonly seen?: (table: string) => Promise<void>;
  },
): Promise<RowStore<RowOf[Of]>> {
  const { kind, segmentRows, seen } = options;
  const database = await staging.opened();
  const [filler, writer] = [await database.connect(), await database.connect()];
  const fifo = join(job.scratch, `${kind}.fifo`);
  await makeFifos([fifo]);
  let { from } = options;
  let filling: Filling<RowOf[Of]> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let segments: StoredSegment[] = [];
  let number = 0;

  async function cut(): Promise<void> {
    if (filling === undefined) return;
    const full = filling;
    filling = undefined;
    from = full.to;
    full.table.end();
    await writing;
    number += 1;
    writing = writeOut(full, number);
    staging.during(writing);
  }

  async function writeOut(full: Filling<RowOf[Of]>, index: number): Promise<void> {
    const { name, rows } = full.table;
    await seen?.(name);
    const object = await storeTable(
      job,
      { connection: writer, fifo },
      {
        ...{ name: `${kind} after ${full.from} up to ${full.to}`, file: `${kind}/${index}.parquet` },
        ...{ from: name, rows },
      },
    );
    await writer.run(`DROP TABLE ${name}`);
    const range = { kind, from: String(full.from), to: String(full.to), rows, path: object.path };
    segments.push({ ...range, object });
  }

  return {
    startAfter(after) {
      from = after;
    },
    async add(rows) {
      let rest = rows;
      while (rest.length > 0) {
        filling ??= {
          table: await createRowTable(filler, `${kind}_${number + 1}_rows`, kind),
          from,
          to: from,
        };
        const taken = rest.slice(0, segmentRows - filling.table.rows);
        filling.table.add(taken);
        filling.to = taken.at(-1)?.timestamp ?? filling.to;
        rest = rest.slice(taken.length);
        if (filling.table.rows >= segmentRows) await cut();
      }
    },
    cut,
    async stored() {
      await cut();
      await writing;
      const all = segments;
      segments = [];
      return all;
    },
  };
}
