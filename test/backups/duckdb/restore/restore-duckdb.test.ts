import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { openLocalKeyRing } from '../../../../stores/keys/local.ts';
import { duckdbBackups } from '../../../support/duckdb-backups.ts';
import { differencesBetween } from '../../../support/duckdb-compare.ts';
import { copyKeyFiles } from '../../../support/key-ring.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const related = [
  'CREATE TABLE parents (id INTEGER PRIMARY KEY, name VARCHAR)',
  'CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents(id))',
  'CREATE TABLE others AS SELECT i FROM range(1000) r(i)',
  "INSERT INTO parents SELECT i, 'p' || i FROM range(300000) r(i)",
  'INSERT INTO children SELECT i, i FROM range(1000) r(i)',
  'CREATE VIEW on_others AS FROM others',
];

it('restores the tables that are asked for, and those that they refer to', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(related);
  const { id } = await backups.backup('full');
  const restored = await backups.restore(id, { tables: ['main.children'] });
  expect(restored.tables.map(({ name, rows }) => [name, rows])).toEqual([
    ['parents', 300_000],
    ['children', 1000],
  ]);
  expect(restored.broken.map(({ name }) => name)).toEqual(['on_others']);
  await expect(backups.restore(id, { tables: ['nope'] })).rejects.toMatchObject({ code: 'invalid-request' });
});

it('refuses a target whose log DuckDB would put elsewhere, and leaves nothing', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  await backups.change(['CREATE SCHEMA s']);
  const { id } = await backups.backup('full');
  for (const to of [join(folder, 'a?b.duckdb'), join(folder, 'a?b', 'c.duckdb')])
    await expect(backups.restore(id, { to })).rejects.toMatchObject({ code: 'invalid-request' });
  expect((await readdir(folder)).filter((name) => name.includes('?'))).toEqual([]);
});

it('never writes over a file, and leaves nothing beside it', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  await backups.change(related);
  const { id } = await backups.backup('full');
  const to = join(folder, 'target', 'a.duckdb');
  await backups.restore(id, { to });
  const before = await readFile(to);
  await expect(backups.restore(id, { to })).rejects.toMatchObject({ code: 'restore-target-exists' });
  expect(before.equals(await readFile(to))).toBe(true);
  expect(await readdir(join(folder, 'target'))).toEqual(['a.duckdb']);
});

it.each(['flipped', 'cut', 'removed', 'swapped'])(
  'finds an object that was %s, and restores nothing',
  async (how) => {
    const folder = await scratch();
    const backups = await duckdbBackups(folder);
    await backups.change(related);
    const first = await backups.backup('full');
    await backups.change(["UPDATE parents SET name = 'q' WHERE id = 7"]);
    const { id } = await backups.backup('incremental');
    const damaged = first.own.find(({ name }) => name === 'main.others') ?? first.own[0];
    if (!damaged) throw new Error('fewer objects than expected');
    const path = await locate(backups.vault.root, damaged.path);
    const bytes = await readFile(path);
    if (how === 'flipped') {
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      await writeFile(path, bytes);
    } else if (how === 'cut') await writeFile(path, bytes.subarray(0, bytes.length - 10));
    else if (how === 'removed') await backups.vault.store.delete(damaged.path);
    else {
      const other = first.own.find((object) => object !== damaged);
      await rename(await locate(backups.vault.root, other?.path ?? ''), path);
    }
    await expect(backups.restore(id, { to: join(folder, 'target', 'a.duckdb') })).rejects.toMatchObject({
      code: 'object-damaged',
    });
    expect(await readdir(join(folder, 'target'))).toEqual([]);
  },
);

it('leaves the target absent or complete when it is killed, and cleans up at the next try', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder, { keys: await openLocalKeyRing(await copyKeyFiles(folder)) });
  await backups.change(related);
  const { id } = await backups.backup('full');
  const program = fileURLToPath(new URL('../../../support/duckdb-restorer.js', import.meta.url));
  for (let round = 0; round < (process.env['SOAK'] === '1' ? 60 : 4); round++) {
    const to = join(folder, 'target', `${round}.duckdb`);
    const child = fork(program, [folder, id, to]);
    await once(child, 'message');
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * 1500);
    await once(child, 'exit');
    clearTimeout(timer);
    const found = (await readdir(join(folder, 'target')).catch(() => [] as string[])).filter(
      (name) => !name.startsWith('.'),
    );
    if (found.includes(`${round}.duckdb`)) {
      expect(await differencesBetween(backups.file, to)).toEqual([]);
    } else {
      await backups.restore(id, { to });
      expect((await readdir(join(folder, 'target'))).filter((name) => name.includes(`.${round}.`))).toEqual(
        [],
      );
    }
  }
}, 600_000);

async function locate(root: string, key: string): Promise<string> {
  const found = await readdir(root, { recursive: true });
  const path = found.find((each) => each.endsWith(key));
  if (path === undefined) throw new Error(`no file for ${key}`);
  return join(root, path);
}
