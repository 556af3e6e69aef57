import type { DuckDBConnection } from '@duckdb/node-api';
import { CodedError } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupJob } from '../backup-taker.ts';
import { throughFifo } from '../duckdb/data/fifo.ts';
import { quoteText } from '../duckdb/sql-text.ts';

/**
 * The encodings of version 2 suit timestamps and numbers that rise; a dictionary is tried only for few distinct values,
 * since ids have as many as there are rows. Both together take half the time of the defaults, and less space.
 */
const parquet =
  'FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 2000, ROW_GROUP_SIZE 61440, USE_TMP_FILE false';

export interface StoredTable {
  /** What it is, and the end of its key. */
  readonly name: string;
  readonly file: string;
  /** A table, or a query in brackets. */
  readonly from: string;
  /** How many it must be. */
  readonly rows: number;
}

/** Stores the rows of a table, in their order, as one Parquet object; the FIFO is used by nothing else meanwhile. */
export async function storeTable(
  { sink }: Pick<BackupJob, 'sink'>,
  { connection, fifo }: { readonly connection: DuckDBConnection; readonly fifo: string },
  { name, file, from, rows }: StoredTable,
): Promise<ManifestObject> {
  const { plain, written } = throughFifo(fifo, async () => {
    const copied = await connection.runAndReadAll(`COPY ${from} TO ${quoteText(fifo)} (${parquet})`);
    const given = Number(copied.getRowsJS()[0]?.[0]);
    if (given !== rows) throw new CodedError('internal', `${given} rows were written of ${rows} in ${name}`);
  });
  try {
    return { ...(await sink.write({ name, file, completion: written }, plain)), rows };
  } finally {
    // Where nobody reads any more the COPY fails, too; the connection is free when it has ended.
    plain.destroy();
    await Promise.allSettled([written]);
  }
}
