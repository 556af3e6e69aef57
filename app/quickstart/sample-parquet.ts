import { rename, rm } from 'node:fs/promises';
import { openInstance } from '../../runtime/duckdb-instance.ts';

/** Makes a sample archive of Parquet files, partitioned by year and month, in `folder`: complete or not at all. */
export async function makeSampleParquet(folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const instance = await openInstance(':memory:', { threads: '2' });
  try {
    const connection = await instance.connect();
    await connection.run(
      `COPY (
         SELECT i AS id, TIMESTAMP '2025-01-01' + to_minutes(i * 3) AS measured_at, 'sensor-' || i % 40 AS sensor,
                sin(i / 1000.0) * 20 AS reading, year(measured_at) AS year, month(measured_at) AS month
         FROM range(170000) AS r(i)
       ) TO '${unfinished.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (year, month))`,
    );
  } finally {
    await instance.close();
  }
  await rename(unfinished, folder);
}
