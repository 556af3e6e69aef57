import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { madeOnce } from './made-once.ts';

/**
 * Adds a table to the sample file of a site that takes seconds to back up, so that a test can act in the middle. All sites
 * have the same samples: the large file is made of the first that asks, and copied over the others.
 */
export async function enlargeDuckdb(file: string, rows = 4_000_000): Promise<void> {
  const large = 'large.duckdb';
  const folder = await madeOnce(`large-duckdb-${rows}`, async (unfinished) => {
    await copyFile(file, join(unfinished, large));
    await addTable(join(unfinished, large), rows);
  });
  await copyFile(join(folder, large), file);
}

async function addTable(file: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(file, { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `CREATE TABLE large AS SELECT i AS id, hash(i) AS a, random() AS b, md5(i::VARCHAR) AS c FROM range(${rows}) AS r(i)`,
    );
    await connection.run('CHECKPOINT');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
