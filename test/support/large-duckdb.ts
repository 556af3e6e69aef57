import { DuckDBInstance } from '@duckdb/node-api';

/** Adds a table that takes seconds to back up, so that a test can act in the middle. */
export async function enlargeDuckdb(file: string, rows = 4_000_000): Promise<void> {
  const instance = await DuckDBInstance.create(file, { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `CREATE OR REPLACE TABLE large AS SELECT i AS id, hash(i) AS a, random() AS b, md5(i::VARCHAR) AS c FROM range(${rows}) AS r(i)`,
    );
    await connection.run('CHECKPOINT');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
