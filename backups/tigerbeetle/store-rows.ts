import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { CodedError } from '../../errors/coded-error.ts';
import type { BackupJob } from '../backup-taker.ts';
import { makeFifos, readFifo } from '../duckdb/data/fifo.ts';
import { quoteText } from '../duckdb/sql-text.ts';
import type { Kind, RowOf } from './columns.ts';
import type { StoredSegment } from './manifest.ts';
import { createRowTable, type RowTable } from './row-table.ts';
import type { Staging } from './staging.ts';

/**
 * The encodings of version 2 suit timestamps and numbers that rise; a dictionary is tried only for few distinct values,
 * since ids have as many as there are rows. Both together take half the time of the defaults, and less space.
 */
const parquet =
  'FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 2000, ROW_GROUP_SIZE 61440, USE_TMP_FILE false';

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
    const plain = readFifo(fifo);
    const object = await job.sink.write(
      {
        name: `${kind} after ${full.from} up to ${full.to}`,
        file: `${kind}/${index}.parquet`,
        completion: copyOut(writer, { name, rows }, fifo),
      },
      plain,
    );
    await writer.run(`DROP TABLE ${name}`);
    const range = { kind, from: String(full.from), to: String(full.to), rows, path: object.path };
    segments.push({ ...range, object: { ...object, rows } });
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

async function copyOut(
  connection: DuckDBConnection,
  { name, rows }: Pick<RowTable<never>, 'name' | 'rows'>,
  fifo: string,
): Promise<void> {
  const copied = await connection.runAndReadAll(`COPY ${name} TO ${quoteText(fifo)} (${parquet})`);
  const written = Number(copied.getRowsJS()[0]?.[0]);
  if (written !== rows)
    throw new CodedError('internal', `${written} rows were written of ${rows} in ${name}`);
}
