import { expect, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { createDuckdbRestorer } from '../../../../backups/duckdb/restorer.ts';
import { restoreAndCompare } from '../../../../backups/verification/restore-and-compare.ts';
import { duckdbBackups, restoreMemory, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratchOf = scratchFolders();

it('brings back a table that cannot be made again with its columns and rows, and what reads it', async () => {
  const scratch = await scratchOf();
  const backups = await duckdbBackups(scratch);
  await backups.change([
    `CREATE SEQUENCE q; CREATE TABLE t ("the id" INTEGER DEFAULT nextval('q'), g AS (1), m ENUM ('a;', 'b'))`,
    "INSERT INTO t (m) VALUES ('a;'), ('b')",
    'CREATE VIEW v AS SELECT m FROM t; CREATE INDEX i ON t (m)',
  ]);
  // As an application does that has attached the file under a name of its own.
  await withDatabase(backups.file, (database) =>
    database.run(`ATTACH ':memory:' AS own; CREATE SEQUENCE own.q;
      ALTER TABLE "hot tier".t ALTER "the id" SET DEFAULT nextval('own.main.q')`),
  );
  const { id, taken } = await backups.backup('full');
  expect(taken.note).toMatch(
    /^1 tables cannot be made again but with their columns and rows alone; \d lines/,
  );
  const restorer = createDuckdbRestorer(backups.catalog, restoreMemory);
  const signal = new AbortController().signal;
  const { notes } = await restorer.restore({
    ...{ backupId: id, to: `${scratch}/again.duckdb`, signal },
    progress: () => undefined,
  });
  expect(notes).toEqual([expect.stringMatching(/^table main\.t came back with its columns and rows alone/)]);
  const { path } = await backups.restore(id);
  const rows = await withDatabase(path, (database) =>
    database.rows('SELECT t.*, v.m AS v FROM t JOIN v USING (m)'),
  );
  expect(rows).toEqual([
    { 'the id': 1, m: 'a;', v: 'a;' },
    { 'the id': 2, m: 'b', v: 'b' },
  ]);
  await mkdir(`${scratch}/verifying`);
  expect(await restoreAndCompare({ scratch: `${scratch}/verifying`, signal }, restorer, id)).toEqual([]);
});
