import type { DuckDBConnection } from '@duckdb/node-api';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ManifestObject } from '../../../model/manifest.ts';
import type { ObjectSink } from '../../backup-taker.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import type { Layout } from '../manifest.ts';
import { quoteText } from '../sql-text.ts';
import { checkCount } from './check-count.ts';
import { throughFifo } from './fifo.ts';
import { type ChunkFingerprint, chunkRows } from './fingerprint.ts';
import { selectChunks } from './select-chunks.ts';
import type { ParquetVersion } from './parquet-version.ts';

/** One object to be: some chunks of a table. */
export interface Export {
  readonly table: Table;
  readonly layout: Layout;
  /** Of Parquet's encodings. */
  readonly version: ParquetVersion;
  readonly chunks: readonly ChunkFingerprint[];
  /** Key of the object under the backup's attempt. */
  readonly file: string;
  /** Rows in a row group of Parquet; 122,880 unless memory is short. */
  readonly rowGroup?: number;
}

/** What an export runs on; one at a time, until it calls `free`: its object may be on its way into the store then. */
export interface Lane {
  readonly database: Pick<Database, 'name'>;
  readonly connection: DuckDBConnection;
  readonly fifo: string;
  /** Of a database for rows that Parquet cannot hold, and the name that it is attached under. */
  readonly file: string;
  readonly attached: string;
  readonly free?: () => void;
}

/**
 * Level 1 takes two thirds of the time of the default level for 3 % more bytes; giving up on dictionaries early saves a
 * sixth of the rest for none. A dictionary takes -0.0 for 0.0 and NaNs of any sign for one: then there is none.
 */
const parquet = 'FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false';

/** Stores the chunks as one object. Nothing is stored unless DuckDB has written every row that was counted. */
export async function exportChunks(lane: Lane, sink: ObjectSink, what: Export): Promise<ManifestObject> {
  const rows = what.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const name = `${what.table.schema}.${what.table.name}`;
  const select = selectChunks(lane.database, what);
  const write = (plain: Readable, completion?: Promise<unknown>): Promise<ManifestObject> =>
    sink.write({ name, file: what.file, ...(completion && { completion }) }, plain);
  if (what.layout.format === 'duckdb') {
    try {
      checkCount(name, { given: await writeDatabase(lane, select), counted: rows });
      return { ...(await write(createReadStream(lane.file))), rows };
    } finally {
      await rm(lane.file, { force: true });
    }
  }
  const signed = what.chunks.some((chunk) => chunk.signed);
  const options = [
    parquet,
    `PARQUET_VERSION ${what.version}`,
    `DICTIONARY_SIZE_LIMIT ${signed ? 1 : 2048}`,
    `ROW_GROUP_SIZE ${what.rowGroup ?? chunkRows}`,
  ].join(', ');
  const { plain, written } = throughFifo(lane.fifo, async () => {
    const copied = await lane.connection.runAndReadAll(
      `COPY (${select}) TO ${quoteText(lane.fifo)} (${options})`,
    );
    checkCount(name, { given: Number(copied.getRowsJS()[0]?.[0]), counted: rows });
  });
  void Promise.allSettled([written, once(plain, 'close')]).then(lane.free);
  try {
    return { ...(await write(plain, written)), rows };
  } finally {
    // Where nobody reads any more the COPY fails, too; the lane is free when it has ended.
    plain.destroy();
    await Promise.allSettled([written]);
  }
}

async function writeDatabase({ connection, file, attached }: Lane, select: string): Promise<number> {
  await connection.run(`ATTACH ${quoteText(file)} AS ${attached} (STORAGE_VERSION 'v1.5.0')`);
  try {
    const made = await connection.runAndReadAll(`CREATE TABLE ${attached}.main.rows AS ${select}`);
    // Nothing of it stays in a log: this database makes no checkpoint by itself.
    await connection.run(`CHECKPOINT ${attached}`);
    return Number(made.getRowsJS()[0]?.[0]);
  } finally {
    await connection.run(`DETACH ${attached}`);
  }
}
