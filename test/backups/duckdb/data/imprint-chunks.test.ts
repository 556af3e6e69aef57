import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { listTables } from '../../../../backups/duckdb/catalogue/list-tables.ts';
import { createBlockDigests, createDigestKey } from '../../../../backups/duckdb/data/block-digests.ts';
import { imprintChunks } from '../../../../backups/duckdb/data/imprint-chunks.ts';
import { listRowGroups } from '../../../../backups/duckdb/data/list-row-groups.ts';
import type { Database } from '../../../../backups/duckdb/database.ts';
import { runAll, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const key = Promise.resolve(createDigestKey());

/** Of the table `t`, by chunk. */
async function imprints(database: Database, file: string): Promise<Record<number, string>> {
  const [table] = (await listTables(database)).filter(({ name }) => name === 't');
  if (!table) throw new Error('there is no table t');
  const signal = new AbortController().signal;
  const digests = createBlockDigests({ key, signal, progress: () => undefined });
  digests.over(file);
  try {
    return Object.fromEntries(await imprintChunks(database, table, digests));
  } finally {
    await digests.close();
  }
}

/** Before and after the statements, each time of the file opened anew. */
async function around(
  made: readonly string[],
  changes: readonly string[],
  version = 'v1.5.0',
): Promise<{ readonly before: Record<number, string>; readonly after: Record<number, string> }> {
  const file = join(await scratch(), 'source.duckdb');
  const changed = (statements: readonly string[]) =>
    withDatabase(file, (database) => runAll(database, statements), version);
  const asked = () => withDatabase(file, (database) => imprints(database, file));
  await changed(made);
  const before = await asked();
  await changed(changes);
  return { before, after: await asked() };
}

const table = ['CREATE TABLE t AS SELECT i, i % 1000 AS j, md5(i::VARCHAR) AS s FROM range(300000) r(i)'];

it('stays the same where nothing was changed, whatever is written beside it', async () => {
  const { before, after } = await around(table, [
    'CREATE TABLE u AS FROM t',
    'DROP TABLE u',
    'CREATE TABLE v AS FROM t',
  ]);
  expect(Object.keys(before)).toEqual(['0', '1', '2']);
  expect(after).toEqual(before);
});

it.each([
  ['an update', 'UPDATE t SET j = -1 WHERE i = 130000', [1]],
  [
    'two rows that change places',
    'UPDATE t SET s = (SELECT u.s FROM t u WHERE u.i = 250001 - t.i) WHERE i IN (125000, 125001)',
    [1],
  ],
  ['a row deleted', 'DELETE FROM t WHERE i = 5', [0]],
  ['a row appended', "INSERT INTO t VALUES (300000, 0, '')", [2]],
  ['a value that becomes NULL', 'UPDATE t SET s = NULL WHERE i = 200000', [1]],
])('is another after %s, in its chunk alone', async (_, sql, chunks) => {
  const { before, after } = await around(table, [sql]);
  const changed = Object.keys(after).filter((chunk) => after[Number(chunk)] !== before[Number(chunk)]);
  expect(changed.map(Number)).toEqual(chunks);
});

it.each([
  [
    'v1.5.0',
    'ENUM whose values change',
    "ALTER TABLE t ALTER s TYPE ENUM ('y', 'x') USING if(s = 'x', 'y', 'x')",
  ],
  ['v1.5.0', 'constant', 'UPDATE t SET c = 1.5000001'],
  ['v1.0.0', 'text longer than a block', "UPDATE t SET l = repeat('z', 300000)"],
])('is another (%s) for another %s', async (version, _, sql) => {
  const { before, after } = await around(
    [
      "CREATE TABLE t AS SELECT if(i = 1, 'x', 'y')::ENUM ('x', 'y') AS s, 1.5::DOUBLE AS c, repeat('y', 300000) AS l FROM range(10) r(i)",
    ],
    [sql],
    version,
  );
  expect(after[0]).not.toBe(before[0]);
});

it('is that of what a transaction has written since the checkpoint for no chunk', async () => {
  const file = join(await scratch(), 'source.duckdb');
  await withDatabase(file, async (database) => {
    await runAll(database, [...table, 'CHECKPOINT', 'UPDATE t SET j = -1 WHERE i = 130000']);
    expect(Object.keys(await imprints(database, file))).toEqual(['0', '2']);
  });
});

it('tells deleted rows apart that are not yet in the file', async () => {
  const file = join(await scratch(), 'source.duckdb');
  await withDatabase(file, async (database) => {
    await runAll(database, [...table, 'CHECKPOINT', 'BEGIN', 'DELETE FROM t WHERE i = 130000']);
    const one = await imprints(database, file);
    await runAll(database, ['ROLLBACK', 'DELETE FROM t WHERE i = 130001']);
    const other = await imprints(database, file);
    expect(one[1]).not.toBe(other[1]);
    expect([one[0], one[2]]).toEqual([other[0], other[2]]);
  });
});

it('is that of no chunk whose rows are all deleted, though they still lie in the file', async () => {
  const file = join(await scratch(), 'source.duckdb');
  await withDatabase(file, async (database) => {
    await runAll(database, [...table, 'CHECKPOINT', 'DELETE FROM t WHERE i >= 245760']);
    expect(Object.keys(await imprints(database, file))).toEqual(['0', '1']);
    await database.run('DELETE FROM t');
    expect(await imprints(database, file)).toEqual({});
  });
});

it.each(['v1.0.0', 'v1.5.0'])('covers every block of the file that holds values (%s)', async (version) => {
  const file = join(await scratch(), 'source.duckdb');
  await withDatabase(
    file,
    async (database) => {
      await runAll(database, [
        `CREATE TABLE "t.ü" AS SELECT i, [md5(i::VARCHAR), NULL] AS l, {a: i, b: {c: uuid()}} AS st, MAP{i: 'x'} AS m,
           [i, 2]::INTEGER[2] AS a, (SELECT string_agg(md5((i * j)::VARCHAR), '') FROM range(if(i % 900 = 0, 20000, 1)) q(j)) AS s,
           nullif(i % 7, 0)::DOUBLE / 3 AS d, md5(i::VARCHAR)::BLOB AS b, i::HUGEINT * i AS h, i % 2 = 0 AS o,
           union_value(n := i) AS u, INTERVAL 1 day * i AS iv FROM range(4000) r(i)`,
        'CHECKPOINT',
      ]);
      const [made] = await listTables(database);
      const held = new Set(made && (await listRowGroups(database, made)).flatMap(({ blocks }) => blocks));
      for (const row of await database.rows('SELECT block_id FROM pragma_metadata_info()'))
        held.add(Number(row['block_id']));
      const [size] = await database.rows(
        "SELECT used_blocks FROM pragma_database_size() WHERE database_name = 'source'",
      );
      expect(held.size).toBe(Number(size?.['used_blocks']));
    },
    version,
  );
});

it('is taken of blocks as they are after a checkpoint', async () => {
  const file = join(await scratch(), 'source.duckdb');
  await withDatabase(file, async (database) => {
    await runAll(database, [...table, 'CHECKPOINT']);
    const [made] = await listTables(database);
    const signal = new AbortController().signal;
    const digests = createBlockDigests({ key, signal, progress: () => undefined });
    digests.over(file);
    await digests.current();
    await runAll(database, ["UPDATE t SET s = 'changed' WHERE i < 130000", 'CHECKPOINT']);
    expect(made && Object.fromEntries(await imprintChunks(database, made, digests))).toEqual(
      await imprints(database, file),
    );
    await digests.close();
  });
});
