import { expect, it } from '@jest/globals';
import { detailsOf } from '../../../../backups/duckdb/manifest.ts';
import { createDuckdbRestorer } from '../../../../backups/duckdb/restorer.ts';
import { duckdbBackups, restoreMemory, withDatabase } from '../../../support/duckdb-backups.ts';
import { differencesBetween } from '../../../support/duckdb-compare.ts';
import { zoo } from '../../../support/duckdb-zoo.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

it.each(Object.keys(zoo))('brings back %s', async (feature) => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(zoo[feature] ?? []);
  const { id, taken } = await backups.backup('full');
  const brokenOnes = /broken|at once/.test(feature);
  expect(taken.note).toBe(brokenOnes ? '3 broken views or macros are kept as text' : null);
  const restored = await backups.restore(id);
  expect(restored.broken.map(({ name }) => name)).toEqual(
    brokenOnes ? ['broken_too', 'broken', 'on_broken'] : [],
  );
  if (feature.endsWith('at once')) {
    // As a verification of level 3 does.
    const restorer = createDuckdbRestorer(backups.catalog, restoreMemory);
    await expect(restorer.compare(id, restored.path, { scratch: await scratch() })).resolves.toBeUndefined();
  }
  const ignore = (line: string): boolean => brokenOnes && line.includes('broken');
  expect(await differencesBetween(backups.file, restored.path, ignore)).toEqual([]);
});

// No listing of DuckDB's tells them.
it('gives the parameters of macros their default values back', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(zoo['macros'] ?? []);
  const { id } = await backups.backup('full');
  const { path } = await backups.restore(id);
  const called = await withDatabase(path, (database) =>
    database.rows(`SELECT plus(1) AS plus, rows_of(1) AS less, r.b AS text, twin('a') AS joined, t.b AS number,
      quoted('x') AS quoted FROM rows_of(1) r, twin(1) t`),
  );
  expect(called).toEqual([
    { plus: 6, less: -2, text: "x;'y", joined: 'a;', number: 7, quoted: `xit's; "q"\n\n;` },
  ]);
});

it('takes a sequence that was asked in vain for one that has ended', async () => {
  const backups = await duckdbBackups(await scratch());
  await withDatabase(backups.file, async (source) => {
    await source.run('CREATE SEQUENCE q MAXVALUE 2');
    await expect(source.run("SELECT nextval('q') FROM range(4)")).rejects.toThrow('reached maximum');
    await source.run('CHECKPOINT');
  });
  const { id, manifest } = await backups.backup('full');
  expect(detailsOf(manifest).catalogue.differences).toEqual([]);
  const { path } = await backups.restore(id);
  const asked = withDatabase(path, (database) => database.run("SELECT nextval('q')"));
  await expect(asked).rejects.toThrow('reached maximum');
});

// DuckDB 1.5 forgets, when a column is added, that one table refers to the other, and then ends no checkpoint.
it('brings back a table whose foreign key has lost its table, without that key', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    'PRAGMA disable_checkpoint_on_shutdown',
    'CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1)',
    'CREATE TABLE t (up INTEGER, FOREIGN KEY (up) REFERENCES p(id), CHECK (up > 0)); INSERT INTO t VALUES (1)',
    'ALTER TABLE t ADD COLUMN more INTEGER',
    'ALTER TABLE p RENAME TO renamed',
    'CREATE MACRO m(a) AS a',
  ]);
  const { id, taken, manifest } = await backups.backup('full');
  expect(taken.note).toBe('3 lines of the catalogue are not carried exactly');
  expect(detailsOf(manifest).catalogue.differences.every((line) => line.includes('"table_name":"t"'))).toBe(
    true,
  );
  const { path } = await backups.restore(id);
  const restored = await withDatabase(path, (database) =>
    database.rows('SELECT t.*, r.id, m(2) AS m FROM t, renamed r'),
  );
  expect(restored).toEqual([{ up: 1, more: null, id: 1, m: 2 }]);
});

it('finds nothing to store in a second backup of each', async () => {
  const backups = await duckdbBackups(await scratch());
  for (const [feature, statements] of Object.entries(zoo)) {
    if (/^schemas and|broken/.test(feature)) await backups.change(statements);
  }
  const full = await backups.backup('full');
  const second = await backups.backup('incremental');
  expect(second.taken).toMatchObject({ scope: 'incremental', parent: { backupId: full.id } });
  expect(second.own).toEqual([]);
  const restored = await backups.restore(second.id);
  expect(await differencesBetween(backups.file, restored.path, (line) => line.includes('broken'))).toEqual(
    [],
  );
});
