import { expect, it } from '@jest/globals';
import { duckdbBackups, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

it('brings back NULLs in a column that is NOT NULL, of a table that another one refers to', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    `CREATE TABLE p (id INTEGER PRIMARY KEY, "v, NOT NULL(" VARCHAR NOT NULL DEFAULT ', NOT NULL', s STRUCT (a INTEGER, b INTEGER),
       w INTEGER NOT NULL DEFAULT (CASE WHEN (1 IS NOT NULL) THEN 1 END), CHECK (w IS NOT NULL))`,
    'INSERT INTO p (id) VALUES (1)',
    'ALTER TABLE p ALTER "v, NOT NULL(" TYPE INTEGER USING NULL',
    'CREATE INDEX i ON p (w)',
    'CREATE TABLE c (p INTEGER REFERENCES p(id)); INSERT INTO c VALUES (1)',
  ]);
  const { id, taken } = await backups.backup('full');
  expect(taken.note).toMatch(/lines of the catalogue are not carried exactly/);
  const { path } = await backups.restore(id);
  const [rows, columns] = await withDatabase(path, async (database) => [
    await database.rows('FROM p'),
    await database.rows(
      "SELECT column_name AS name FROM duckdb_columns() WHERE table_name = 'p' AND NOT is_nullable",
    ),
  ]);
  expect(rows).toEqual([{ id: 1, 'v, NOT NULL(': null, s: null, w: 1 }]);
  expect(columns).toEqual([{ name: 'id' }, { name: 'w' }]);
});
