import { expect, it } from '@jest/globals';
import { duckdbBackups, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

it('brings back a table that refers to itself by the name of a column in another case', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'CREATE TABLE t (id INTEGER PRIMARY KEY, Up INTEGER, FOREIGN KEY (UP) REFERENCES T(ID))',
    'INSERT INTO t VALUES (1, NULL)',
    'INSERT INTO t VALUES (2, 1)',
  ]);
  const { id, taken } = await backups.backup('full');
  expect(taken.note).toBeNull();
  const { path } = await backups.restore(id);
  const rows = await withDatabase(path, (database) => database.rows('FROM t'));
  expect(rows).toEqual([
    { id: 1, Up: null },
    { id: 2, Up: 1 },
  ]);
});

it("finds a tenant's rows by a foreign key that names their table in another case", async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'CREATE TABLE Parent (tenant VARCHAR, id INTEGER PRIMARY KEY); CREATE TABLE child (p INTEGER REFERENCES PARENT(ID))',
    "INSERT INTO Parent VALUES ('a', 1), ('b', 2); INSERT INTO child VALUES (1), (2)",
  ]);
  const { id } = await backups.backup('full');
  const { path } = await backups.restore(id, { tables: ['child'], tenant: { id: 'a', column: 'tenant' } });
  expect(await withDatabase(path, (database) => database.rows('FROM child'))).toEqual([{ p: 1 }]);
});
