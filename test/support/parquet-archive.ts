import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { BackupCatalog } from '../../backups/backup-taker.ts';
import { listFiles } from '../../backups/parquet/list-files.ts';
import { sha256 } from './sha256.ts';

/**
 * Writes Parquet files with DuckDB: relative path → number of rows. The content depends on `seed`; `random`: 8 bytes a
 * row.
 */
export async function writeParquet(
  folder: string,
  files: Readonly<Record<string, number>>,
  seed: number | 'random' = 1,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const [path, rows] of Object.entries(files)) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      const columns =
        seed === 'random' ? 'random() AS r' : `i, hash(i + ${seed} + ${path.length}) AS h, '${path}' AS f`;
      await connection.run(`COPY (SELECT ${columns} FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet)`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Paths of the Parquet files below a folder. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.parquet')).sort();
}

/** SHA-256 of files, by path. */
export async function digests(folder: string, paths: readonly string[]): Promise<Record<string, string>> {
  const entries = paths.map(async (path) => {
    const content = await readFile(join(folder, path));
    return [path, sha256(content)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** SHA-256 of the files that a backup holds, by path. */
export async function listed(catalog: BackupCatalog, backupId: string): Promise<Record<string, string>> {
  const files = await listFiles(catalog, backupId);
  return Object.fromEntries(files.map(({ path, sha256 }) => [path, sha256]));
}
