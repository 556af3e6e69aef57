import { expect, it } from '@jest/globals';
import { createDuckdbRestorer } from '../../../../backups/duckdb/restorer.ts';
import { duckdbBackups, restoreMemory, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';
import { verifyIn } from '../../../support/verify-backups.ts';

const scratch = scratchFolders();
/** As DuckDB writes it for a text that it has read from itself, and from a person. */
const day = 'to_days(CAST(trunc(CAST(1 AS "DOUBLE")) AS INTEGER))';
const checks = (text: string) => [
  'CHECK((expires > now()))',
  `CHECK((expires > ((now() - ${day}) + ${day})))`,
  `CHECK((note != ', ${text}'))`,
];

it('brings a table back without exactly those CHECKs that its own rows do not fulfil any more', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  const [now = '', later = '', stays = ''] = checks('CHECK((expires > now()))');
  await backups.change([
    `CREATE TABLE sessions (id INTEGER PRIMARY KEY, before INTEGER REFERENCES sessions(id), note VARCHAR, expires TIMESTAMPTZ,
       ${now}, CHECK (expires > now() - INTERVAL 1 DAY + INTERVAL 1 DAY), ${stays})`,
    'CREATE TABLE uses (session INTEGER REFERENCES sessions(id))',
    "INSERT INTO sessions VALUES (1, NULL, 'a', now() + INTERVAL 1 MILLISECOND)",
    "INSERT INTO sessions VALUES (2, 1, 'b', now() + INTERVAL 1 MILLISECOND)",
    'INSERT INTO uses VALUES (2)',
    'CREATE INDEX by_note ON sessions(note)',
  ]);
  const { id } = await backups.backup('full');
  const { tables, path, checksLeftOut } = await backups.restore(id);
  expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['sessions', 2],
    ['uses', 1],
  ]);
  expect(checksLeftOut).toEqual([now, later].map((check) => ({ table: 'main.sessions', check })));
  const left = await withDatabase(path, (db) =>
    db.rows("SELECT constraint_text AS text FROM duckdb_constraints() WHERE constraint_type = 'CHECK'"),
  );
  expect(left).toEqual([{ text: stays }]);
  const restorer = createDuckdbRestorer(backups.catalog, restoreMemory);
  const compare = async (work: { checksLeftOut?: typeof checksLeftOut }) =>
    restorer.compare(id, path, { scratch: await scratch(), ...work });
  await expect(compare({ checksLeftOut })).resolves.toBeUndefined();
  await expect(compare({})).rejects.toMatchObject({ code: 'object-damaged' });
  const verify = await verifyIn(folder, backups.vault, 'duckdb');
  expect(await verify(id, 3)).toMatchObject({ ok: true, findings: [] });
});

it('leaves out one that fails with an error of its own, too', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    "CREATE TABLE t (until TIMESTAMPTZ, CHECK (CASE WHEN until < now() THEN error('late') ELSE true END))",
    'INSERT INTO t VALUES (now() + INTERVAL 1 MILLISECOND)',
  ]);
  const { id } = await backups.backup('full');
  const { checksLeftOut } = await backups.restore(id);
  expect(checksLeftOut).toMatchObject([
    { table: 'main.t', check: expect.stringMatching(/'t' AS BOOLEAN\) END\)$/) as unknown },
  ]);
});

it('names the table where its CHECK cannot be told, and lets the others be restored', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change([
    "CREATE TABLE t (until TIMESTAMPTZ, CHECK (CASE WHEN until < now() THEN error(') (Error: ') ELSE true END))",
    'INSERT INTO t VALUES (now() + INTERVAL 1 MILLISECOND)',
    'CREATE TABLE other AS SELECT 1 AS i',
  ]);
  const { id } = await backups.backup('full');
  const refused = { code: 'object-damaged', facts: { table: 'main.t' } };
  await expect(backups.restore(id)).rejects.toMatchObject(refused);
  expect((await backups.restore(id, { tables: ['other'] })).tables).toHaveLength(1);
});
