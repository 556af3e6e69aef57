import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createDuckdbRestorer } from '../../../../backups/duckdb/restorer.ts';
import { duckdbBackups, restoreMemory, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

it('makes views on files that only the machine of the restore has, and gives the SQL of others', async () => {
  const folder = await scratch();
  const [mounted, away] = [join(folder, 'mounted'), join(folder, 'away')];
  await mkdir(mounted);
  await writeFile(join(mounted, 'x.csv'), 'a,b\n1,2\n');
  const backups = await duckdbBackups(folder);
  await backups.change([
    `CREATE VIEW cold AS SELECT a FROM read_csv('${mounted}/x.csv')`,
    'CREATE TABLE t AS SELECT 3 AS a; CREATE VIEW both_tiers AS FROM t UNION ALL FROM cold',
  ]);
  await rename(mounted, away);
  const { id, taken } = await backups.backup('full');
  expect(taken.note).toBe('2 broken views or macros are kept as text');
  const { notes } = await createDuckdbRestorer(backups.catalog, restoreMemory).restore({
    ...{ backupId: id, to: join(folder, 'without.duckdb'), signal: new AbortController().signal },
    progress: () => undefined,
  });
  expect(notes).toHaveLength(2);
  expect(notes.join()).toContain('its SQL is CREATE VIEW cold AS SELECT a FROM read_csv(');
  await rename(away, mounted);
  const { path, broken } = await backups.restore(id);
  expect(broken).toEqual([]);
  const rows = await withDatabase(path, (database) => database.rows('FROM both_tiers'));
  expect(rows).toEqual([{ a: 3n }, { a: 1n }]);
});

it('tells names with dots apart', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'CREATE SCHEMA "a.b"; CREATE SCHEMA a',
    'CREATE TABLE "a.b".c AS SELECT 1 AS i; CREATE TABLE a."b.c" AS SELECT 2 AS i',
  ]);
  const { id } = await backups.backup('full');
  const { path } = await backups.restore(id, { tables: ['c'] });
  const names = await withDatabase(path, (database) =>
    database.rows('SELECT schema_name AS schema, table_name AS name FROM duckdb_tables()'),
  );
  expect(names).toEqual([{ schema: 'a.b', name: 'c' }]);
});
