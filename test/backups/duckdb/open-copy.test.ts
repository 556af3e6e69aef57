import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openDatabase } from '../../../backups/duckdb/database.ts';
import { openCopy } from '../../../backups/duckdb/open-copy.ts';
import { runAll } from '../../support/duckdb-backups.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

/** A copy of a file whose log does not fit into memory, after these statements. */
async function copyWithLargeLog(statements: readonly string[]) {
  const folder = await scratch();
  const [file, path] = [join(folder, 'live.duckdb'), join(folder, 'copy.duckdb')];
  const source = await openDatabase({ path: file, name: 'live', memoryLimit: '1GB', checkpoints: false });
  try {
    await runAll(source, statements);
    await source.run('CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS v FROM range(200000) r(i)');
    await source.run('UPDATE t SET v = v || v');
    for (const end of ['', '.wal']) await copyFile(`${file}${end}`, `${path}${end}`);
  } finally {
    await source.close();
  }
  return { path, file, memoryLimit: '20MB', scratch: folder, bytes: 1_000_000 };
}

it.each([
  ['one thread where there is little to read', 1_000_000, 1n],
  ['two where there is more', 100_000_000, 2n],
])('takes %s', async (_name, bytes, threads) => {
  const folder = await scratch();
  const [file, path] = [join(folder, 'live.duckdb'), join(folder, 'copy.duckdb')];
  await (await openDatabase({ path, name: 'live', memoryLimit: '100MB' })).close();
  const database = await openCopy({ path, file, memoryLimit: '100MB', scratch: folder, bytes });
  try {
    expect(await database.rows("SELECT current_setting('threads') AS threads")).toEqual([{ threads }]);
  } finally {
    await database.close();
  }
});

it('replays a log that does not fit into memory, with more of it', async () => {
  const database = await openCopy(await copyWithLargeLog([]));
  try {
    expect(await database.rows("SELECT current_setting('memory_limit') AS memory")).toEqual([
      { memory: '19.0 MiB' },
    ]);
    expect(await database.rows('SELECT count(*) AS n FROM t WHERE len(v) = 64')).toEqual([{ n: 200000n }]);
  } finally {
    await database.close();
  }
});

it.each([
  ['that is gone', ['ALTER TABLE a RENAME TO c']],
  ['that waits for it', ['ALTER TABLE a RENAME TO c', 'CREATE TABLE a (i INTEGER REFERENCES b (i))']],
])('makes no checkpoint that would never end, where a foreign key names a table %s', async (_name, lose) => {
  const copy = await copyWithLargeLog([
    'CREATE TABLE a (i INTEGER PRIMARY KEY)',
    'CREATE TABLE b (i INTEGER PRIMARY KEY REFERENCES a (i))',
    'ALTER TABLE b ADD COLUMN j INTEGER',
    ...lose,
  ]);
  const database = await openCopy(copy);
  try {
    expect(await database.rows('SELECT count(*) AS n FROM t WHERE len(v) = 64')).toEqual([{ n: 200000n }]);
  } finally {
    await database.close();
  }
});
