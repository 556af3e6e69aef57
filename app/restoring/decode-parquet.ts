import { stat } from 'node:fs/promises';
import { openDatabase } from '../../backups/duckdb/database.ts';
import { quoteText } from '../../backups/duckdb/sql-text.ts';
import { threadsFor } from '../../backups/duckdb/threads-for.ts';

/** Reads every value of a Parquet file and returns the number of its rows. Throws what DuckDB says is wrong with it. */
export async function decodeParquet(file: string, memoryLimit: string): Promise<number> {
  const threads = threadsFor((await stat(file)).size);
  const database = await openDatabase({ path: ':memory:', name: 'opened', memoryLimit, threads });
  try {
    const [row] = await database.rows(
      `SELECT count(*) AS rows, bit_xor(hash(t))::VARCHAR AS read FROM read_parquet(${quoteText(file)}, hive_partitioning = false) t`,
    );
    return Number(row?.['rows']);
  } finally {
    await database.close();
  }
}
