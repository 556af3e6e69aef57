import { expect, it } from '@jest/globals';
import { detailsOf } from '../../../../backups/duckdb/manifest.ts';
import { duckdbBackups, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

it('carries macros without default values where DuckDB drops nothing that they name', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'SET enable_macro_dependencies = true',
    'CREATE TABLE t AS SELECT 1 AS i; CREATE SEQUENCE q',
    'CREATE MACRO m() AS TABLE FROM t',
    'CREATE MACRO "o o"(a, b := 2) AS a + b + (SELECT max(i) FROM m())',
  ]);
  const { id, taken, manifest } = await backups.backup('full');
  expect(taken.note).toBe('1 lines of the catalogue are not carried exactly');
  expect(detailsOf(manifest).catalogue.differences).toEqual([
    expect.stringContaining('default values of the parameters of all macros, which could not be told'),
  ]);
  const { path, broken } = await backups.restore(id);
  expect(broken).toEqual([]);
  const rows = await withDatabase(path, (database) => database.rows('SELECT i, "o o"(1, 2) AS o FROM m()'));
  expect(rows).toEqual([{ i: 1, o: 4 }]);
});
