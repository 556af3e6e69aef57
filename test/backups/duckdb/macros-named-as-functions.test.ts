import { expect, it } from '@jest/globals';
import { detailsOf } from '../../../backups/duckdb/manifest.ts';
import { compareRestored } from '../../../backups/duckdb/restore/compare-restored.ts';
import { duckdbBackups, restoreMemory, withDatabase } from '../../support/duckdb-backups.ts';
import { differencesBetween } from '../../support/duckdb-compare.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

const macros = [
  'hash(x) AS x % 1000',
  'sum(x) AS 0',
  'max(x) AS 0',
  'list(x) AS 5',
  'row(x) AS 5',
  'struct_pack(x) AS 5',
  'regexp_extract(a, b) AS 5',
  'contains(x) AS x > 10',
  'signbit(x) AS x < 0',
  "version() AS 'v7'",
  "current_setting(x) AS 'none'",
  '"if"(a, b, c) AS c',
  'read_parquet(x) AS TABLE SELECT 1 AS shadowed',
].map((macro) => `CREATE MACRO ${macro}`);

it('carries macros that are named as functions of DuckDB, and what calls them', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  await backups.change([
    ...macros,
    'CREATE SEQUENCE q START 7',
    `CREATE TABLE t (i BIGINT, g BOOLEAN AS (contains(i)), d BOOLEAN DEFAULT contains(11), f DOUBLE, rowid INTEGER NOT NULL,
       CHECK (contains(i)))`,
    'INSERT INTO t (i, f, rowid) VALUES (11, 0.5, 5), (1012, 2, 4)',
    'CREATE TABLE self (id INTEGER PRIMARY KEY, up INTEGER REFERENCES self(id), CHECK (contains(id + 10)))',
    'INSERT INTO self VALUES (1, NULL)',
    'INSERT INTO self VALUES (2, 1)',
    'CREATE INDEX i ON t ((hash(i)))',
    'CREATE VIEW v AS SELECT hash(i) AS bucket, contains(i) AS large FROM t',
  ]);
  const { id, taken, manifest } = await backups.backup('full');
  expect(taken.note).toBeNull();
  const { path, broken } = await backups.restore(id);
  expect(broken).toEqual([]);
  await compareRestored(detailsOf(manifest), path, { scratch: folder, memoryLimit: restoreMemory });
  const [rows, self, view] = await withDatabase(path, async (database) => [
    await database.rows('SELECT i, g, d, f, t.rowid FROM t'),
    await database.rows('FROM self'),
    await database.rows('FROM v'),
  ]);
  expect(rows).toEqual([
    { i: 11n, g: true, d: true, f: 0.5, rowid: 5 },
    { i: 1012n, g: true, d: true, f: 2, rowid: 4 },
  ]);
  expect(self).toEqual([
    { id: 1, up: null },
    { id: 2, up: 1 },
  ]);
  expect(view).toEqual([
    { bucket: 11n, large: true },
    { bucket: 12n, large: true },
  ]);
});

it('sees a change that is none to a macro named hash', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE MACRO hash(x) AS x % 1000', 'CREATE TABLE t AS SELECT i FROM range(5) r(i)']);
  await backups.backup('full');
  await backups.change(['UPDATE t SET i = 1003 WHERE i = 3']);
  const { id, own } = await backups.backup('incremental');
  expect(own).toHaveLength(1);
  const { path } = await backups.restore(id);
  expect(await differencesBetween(backups.file, path)).toEqual([]);
});
