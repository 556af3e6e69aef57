import { expect, it } from '@jest/globals';
import type { BackupJob, BackupTaker } from '../../../backups/backup-taker.ts';
import { detailsOf } from '../../../backups/duckdb/manifest.ts';
import { createDuckdbTaker } from '../../../backups/duckdb/take-backup.ts';
import { type DuckdbBackups, duckdbBackups, withDatabase } from '../../support/duckdb-backups.ts';
import { differencesBetween } from '../../support/duckdb-compare.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

const start = [
  'CREATE TABLE big AS SELECT i, i % 100 AS j, i::VARCHAR AS s FROM range(380000) r(i)',
  'CREATE TABLE small (i INTEGER, l INTEGER[], d DOUBLE, iv INTERVAL)',
  "INSERT INTO small VALUES (1, NULL, 0.0, INTERVAL 1 month), (2, [], 1, INTERVAL '-1 day')",
  "CREATE TABLE moods (m ENUM ('a', 'b')); INSERT INTO moods VALUES ('a')",
];

const rowsStored = (own: readonly { readonly rows: number | null }[]): number =>
  own.reduce((sum, { rows }) => sum + (rows ?? 0), 0);

/** Backs up after the change and proves the restore; the rows that were stored. */
async function changed(backups: DuckdbBackups, statements: readonly string[]): Promise<number> {
  await backups.change(statements);
  const { id, taken, own } = await backups.backup('incremental');
  expect(taken).toMatchObject({ scope: 'incremental', note: null });
  const restored = await backups.restore(id);
  expect(await differencesBetween(backups.file, restored.path)).toEqual([]);
  return rowsStored(own);
}

it('stores the row groups that changed, over a chain of every kind of change', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(start);
  await backups.backup('full');
  const chunk = 122_880;
  expect(await changed(backups, ["INSERT INTO big VALUES (-1, 1, 'new')"])).toBeLessThan(chunk);
  expect(await changed(backups, ["UPDATE big SET s = 'changed' WHERE i = 130000"])).toBe(chunk);
  expect(await changed(backups, ['DELETE FROM big WHERE i IN (130001, 370000)'])).toBeLessThanOrEqual(
    2 * chunk,
  );
  expect(
    await changed(backups, ['ALTER TABLE big RENAME TO great', 'ALTER TABLE great RENAME COLUMN j TO k']),
  ).toBe(0);
  expect(await changed(backups, ['CREATE TABLE twin AS FROM small'])).toBe(0);
  expect(
    await changed(backups, ['CREATE VIEW v AS FROM great', 'CREATE SEQUENCE q', "SELECT nextval('q')"]),
  ).toBe(0);
  expect(await changed(backups, ['TRUNCATE small'])).toBe(0);
  expect(await changed(backups, ['DROP VIEW v', 'DROP TABLE twin'])).toBe(0);
  expect(await changed(backups, ["ALTER TABLE moods ALTER m TYPE ENUM ('x', 'y') USING 'x'"])).toBe(1);
  expect(await changed(backups, ['ALTER TABLE great ADD COLUMN extra INTEGER DEFAULT 7'])).toBeGreaterThan(
    3 * chunk,
  );
}, 300_000);

it.each([
  ['NULL to []', 'UPDATE small SET l = [] WHERE i = 1'],
  ['[] to [NULL]', 'UPDATE small SET l = [NULL] WHERE i = 2'],
  // UPDATE leaves a value that is equal: the row is put in again.
  [
    '0.0 to -0.0',
    "DELETE FROM small WHERE i = 1; INSERT INTO small VALUES (1, NULL, '-0.0', INTERVAL 1 month)",
  ],
  [
    '1 month to 30 days',
    'DELETE FROM small WHERE i = 1; INSERT INTO small VALUES (1, NULL, 0.0, INTERVAL 30 days)',
  ],
])('sees a change that hash() does not: %s', async (_name, sql) => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(start.slice(1));
  await backups.backup('full');
  expect(await changed(backups, [sql])).toBe(2);
});

it('hands the key of the imprints on from backup to backup, until one was damaged', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(start);
  const keys: (string | null)[] = [];
  const key = async (...how: Parameters<typeof backups.backup>) =>
    keys.push(detailsOf((await backups.backup(...how)).manifest).imprintKey);
  for (const scope of ['full', 'incremental', 'incremental', 'full'] as const) await key(scope);
  for (const scope of ['full', 'incremental'] as const) await key(scope, { parentDamaged: 'x is missing' });
  expect(keys[0]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(keys.map((each) => keys.indexOf(each))).toEqual([0, 0, 0, 0, 4, 5]);
});

it('stores the row groups that changed of a table with a column named rowid, too', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'CREATE TABLE t (rowid BIGINT, v VARCHAR)',
    'INSERT INTO t SELECT 500000 - i, i FROM range(300000) r(i)',
    'CREATE INDEX x ON t (rowid)',
  ]);
  await backups.backup('full');
  expect(await changed(backups, ["UPDATE t SET v = 'x' WHERE rowid = 500000 - 130000"])).toBe(122_880);
}, 60_000);

it('holds no row of a row group that was emptied while its rows still lie in the file', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE TABLE t AS SELECT i FROM range(130000) r(i)']);
  await backups.backup('full');
  const { id } = await withDatabase(backups.file, async (source) => {
    await source.run('DELETE FROM t WHERE i >= 122880');
    return backups.backup('incremental');
  });
  const restored = await backups.restore(id);
  expect(await differencesBetween(backups.file, restored.path)).toEqual([]);
});

it('stores nothing when the parent tells of more rows than there are', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE TABLE t AS SELECT i FROM range(5) r(i)']);
  await backups.backup('full');
  const own = createDuckdbTaker({ file: backups.file });
  const taker: BackupTaker = {
    ...own,
    take: (job) =>
      own.take({ ...job, catalog: { ...job.catalog, chain: (type, id) => forged(job, type, id) } }),
  };
  await expect(backups.backup('incremental', { taker })).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('main.t gave 6 rows where 5 were counted') as unknown,
  });
});

/** A chain whose chunks have one row more than was there. */
async function forged({ catalog }: BackupJob, ...asked: Parameters<BackupJob['catalog']['chain']>) {
  return (await catalog.chain(...asked)).map((manifest) => {
    const details = detailsOf(manifest);
    const tables = details.tables.map((table) => ({
      ...table,
      chunks: table.chunks.map(([chunk, rows, ...rest]) => [chunk, rows + 1, ...rest]),
    }));
    return { ...manifest, body: { ...manifest.body, details: { ...details, tables } } };
  });
}

it('restores a table that is loaded in several steps', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE TABLE t AS SELECT i FROM range(1300000) r(i)']);
  await backups.backup('full');
  expect(await changed(backups, ['UPDATE t SET i = -1 WHERE i = 1000000'])).toBe(122_880);
}, 60_000);

it('stores the same rows in another order', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'CREATE TABLE t AS SELECT i FROM range(5) r(i)',
    'CREATE TABLE u AS FROM t ORDER BY i DESC',
  ]);
  await backups.backup('full');
  expect(await changed(backups, ['CREATE OR REPLACE TABLE t AS FROM u'])).toBe(0);
  expect(await changed(backups, ['CREATE OR REPLACE TABLE t AS FROM u ORDER BY i % 3, i'])).toBe(5);
});

it('restores NULLs that DuckDB let into a column that is NOT NULL, without the constraint', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    "CREATE TABLE t (i TIME NOT NULL DEFAULT '00:00:00', j INTEGER NOT NULL)",
    "INSERT INTO t VALUES ('12:00:00', 1)",
    'ALTER TABLE t ALTER i TYPE TIMESTAMP USING TRY_CAST(i AS TIMESTAMP)',
    'CREATE INDEX x ON t (j)',
  ]);
  const { id, taken } = await backups.backup('full');
  expect(taken.note).toContain('not carried exactly');
  const { path } = await backups.restore(id);
  expect(await withDatabase(path, (database) => database.rows('SELECT i, j FROM t'))).toEqual([
    { i: null, j: 1 },
  ]);
});

it('stores nothing but a manifest when nothing changed', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(start);
  await backups.backup('full');
  const { own } = await backups.backup('incremental');
  expect(own).toEqual([]);
});

it('begins a new chain when there is none, when it is long enough, and when a link is damaged', async () => {
  const backups = await duckdbBackups(await scratch(), { fullEvery: 3 });
  await backups.change(start.slice(1));
  const first = await backups.backup('incremental');
  expect(first.taken).toMatchObject({
    scope: 'full',
    note: 'taken in full: there is no full backup to go on from',
  });
  await backups.backup('incremental');
  const third = await backups.backup('incremental');
  expect(third.taken.scope).toBe('incremental');
  const fourth = await backups.backup('incremental');
  expect(fourth.taken).toMatchObject({ scope: 'full', note: 'taken in full: the chain has 3 backups' });
  const fifth = await backups.backup('incremental');
  await backups.vault.store.delete(`duckdb/${fourth.id}/manifest.json`);
  const sixth = await backups.backup('incremental');
  expect(sixth.taken.scope).toBe('full');
  expect(sixth.taken.note).toContain(`backup ${fifth.id} cannot be gone on from`);
});

it('begins a new chain when increments have outgrown the full backup', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE TABLE t AS SELECT i, random() AS r FROM range(20000) x(i)']);
  await backups.backup('full');
  await backups.change(['UPDATE t SET r = random()', 'CREATE TABLE u AS FROM t WHERE i < 1000']);
  expect((await backups.backup('incremental')).taken.scope).toBe('incremental');
  expect((await backups.backup('incremental')).taken.note).toContain('larger than its full backup');
});
