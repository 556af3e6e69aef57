import { rename, rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';

/** Makes a sample archive of Parquet files, partitioned by year and month, in `folder`: complete or not at all. */
export async function makeSampleParquet(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (
         SELECT i AS id, TIMESTAMP '2025-01-01' + to_minutes(i * 3) AS measured_at, 'sensor-' || i % 40 AS sensor,
                sin(i / 1000.0) * 20 AS reading, year(measured_at) AS year, month(measured_at) AS month
         FROM range(170000) AS r(i)
       ) TO '${unfinished.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (year, month))`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  await rename(unfinished, folder);
}
