import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { manifestPath } from '../../model/manifest.ts';
import { cliSites } from '../support/cli-site.ts';
import { damage } from '../support/damage.ts';
import { duckdbBackups, withDatabase } from '../support/duckdb-backups.ts';
import { differencesBetween } from '../support/duckdb-compare.ts';
import { digests, writeParquet } from '../support/parquet-archive.ts';
import { backUpArchive, quietLog } from '../support/real-parquet.ts';
import { scratchFolders } from '../support/scratch.ts';

const site = cliSites(scratchFolders());

const table = ['CREATE TABLE t AS SELECT i, i::VARCHAR AS name FROM range(5000) r(i)'];

async function duckdbSite() {
  const at = await site();
  const backups = await duckdbBackups(at.folder, { keys: at.vault.keys });
  await backups.change([...table, 'CREATE TABLE other (a INTEGER)']);
  return { ...at, backups, to: join(at.folder, 'new', 'place', 'back.duckdb') };
}

describe('restore duckdb', () => {
  it('says what it reads, brings it back with object store and key alone, and never over what is there', async () => {
    const { backups, run, to, folder } = await duckdbSite();
    const { id } = await backups.backup('full');
    await rm(join(folder, 'recovery.pem'));
    const done = await run('restore', 'duckdb', '--to', to, '--json');
    expect(done).toMatchObject({ code: 0 });
    expect(done.err).toMatch(new RegExp(`full backup ${id}[^]*reading 1 object and 1 manifest: .* sealed`));
    expect(JSON.parse(done.out)).toMatchObject({ backupId: id, tables: 2, rows: 5000, objects: 1 });
    expect(await differencesBetween(backups.file, to)).toEqual([]);
    expect(await run('restore', 'duckdb', '--to', to)).toMatchObject({
      code: 1,
      err: expect.stringContaining('restore-target-exists') as unknown,
    });
  });

  it('opens with the private recovery key where there is no other, and replaces when told to', async () => {
    const { backups, run, to, folder, privateKey } = await duckdbSite();
    await backups.backup('full');
    await mkdir(join(folder, 'new/place'), { recursive: true });
    for (const path of [to, `${to}.wal`]) await writeFile(path, 'something older');
    await writeFile(join(folder, 'keyring.json'), 'lost');
    const args = ['restore', 'duckdb', '--to', to, '--overwrite'];
    expect(await run(...args)).toMatchObject({ code: 1 });
    expect(await readFile(to, 'utf8')).toBe('something older');
    expect(await run(...args, '--recovery-key', privateKey)).toMatchObject({ code: 0 });
    expect(await differencesBetween(backups.file, to)).toEqual([]);
    expect(await readdir(join(folder, 'new/place'))).toEqual(['back.duckdb']);
  });

  it('restores what was taken last after the clock was set back, and says so', async () => {
    const { backups, run, to } = await duckdbSite();
    backups.setClock(120);
    const ahead = await backups.backup('full');
    backups.setClock(-120);
    await backups.change(['INSERT INTO other VALUES (1)']);
    const last = await backups.backup('incremental');
    const done = await run('restore', 'duckdb', '--to', to, '--json');
    expect(JSON.parse(done.out)).toMatchObject({ backupId: last.id, rows: 5001 });
    expect(done.err).toContain(`warning: backup ${ahead.id} is passed over: by the clock it holds data of`);
    const told = await run('restore', 'duckdb', '--to', to, '--backup', last.id, '--dry-run');
    expect(told.err).not.toContain('warning:');
  });

  it('restores what stood at a time, or some tables', async () => {
    const { backups, run, folder } = await duckdbSite();
    const full = await backups.backup('full');
    await backups.change(['DELETE FROM t WHERE i >= 10']);
    const later = await backups.backup('incremental');
    const before = full.manifest.header.endTime;
    const one = await run('restore', 'duckdb', '--to', join(folder, 'one'), '--at', before, '--json');
    expect(JSON.parse(one.out)).toMatchObject({ backupId: full.id, rows: 5000 });
    const two = await run('restore', 'duckdb', '--to', join(folder, 'two'), '--tables', 't', '--json');
    expect(JSON.parse(two.out)).toMatchObject({ backupId: later.id, rows: 10, tables: 1 });
    const tables = await withDatabase(join(folder, 'two'), (db) => db.rows('SHOW TABLES'));
    expect(tables).toEqual([{ name: 't' }]);
    for (const [args, text] of [
      [['--at', '2020-01-01T00:00:00Z'], 'backup-not-found'],
      [['--at', 'yesterday'], 'is no time'],
      [['--at', '2026-02-30T06:00:00Z'], 'is no time'],
      [['--at', before, '--backup', full.id], 'not both'],
      [['--tables', 'nope'], 'no table'],
    ] as const) {
      const refused = await run('restore', 'duckdb', '--to', join(folder, 'x', 'y'), ...args);
      expect(refused.err).toContain(text);
    }
    expect(await readdir(folder)).not.toContain('x');
  });

  it('names the newest manifest when it is damaged, and does not restore an older one for it', async () => {
    const { backups, run, root, folder, to } = await duckdbSite();
    const full = await backups.backup('full');
    const later = await backups.backup('incremental');
    await damage.flip(root, manifestPath('duckdb', later.id));
    const refused = await run('restore', 'duckdb', '--to', to);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain(`${later.id} may be the one`);
    expect(refused.err).toContain(`--backup ${full.id}`);
    expect(await readdir(folder)).not.toContain('new');
    expect(await run('restore', 'duckdb', '--to', to, '--backup', full.id)).toMatchObject({ code: 0 });
  });

  it('names a damaged object and a broken chain; the target stays as it was', async () => {
    const { backups, run, root, folder, to } = await duckdbSite();
    const full = await backups.backup('full');
    const later = await backups.backup('incremental');
    await damage.delete(root, manifestPath('duckdb', full.id));
    const warned = await run('restore', 'duckdb', '--to', join(folder, 'whole'), '--backup', later.id);
    expect(warned).toMatchObject({ code: 0 });
    expect(warned.err).toContain(`warning: its chain is broken: there is no backup ${full.id}`);
    const [object] = later.manifest.body.objects;
    await damage.flip(root, object?.path ?? '');
    const refused = await run('restore', 'duckdb', '--to', to);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain(object?.path);
    expect(await readdir(folder)).not.toContain('new');
    const verified = await run('verify', later.id, '--level', '1', '--json');
    expect(verified).toMatchObject({ code: 1 });
    expect(verified.err).toContain(object?.path);
    expect(verified.err).toContain(manifestPath('duckdb', full.id));
    expect(JSON.parse(verified.out)).toMatchObject({ ok: false });
  });

  it('leaves nothing when it is interrupted', async () => {
    const { backups, folder, config, to } = await duckdbSite();
    await backups.change(['CREATE TABLE large AS SELECT i, random() AS r FROM range(6000000) r(i)']);
    const { id } = await backups.backup('full');
    const entry = resolve(import.meta.dirname, '../../cli/main.js');
    const before = (await readdir(folder)).sort();
    const child = spawn(process.execPath, [entry, '--config', config, 'restore', 'duckdb', '--to', to]);
    await saidBy(child, `backup ${id}`);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(before);
  });
});

describe('restore parquet', () => {
  it('brings the archive back, replaces a folder when told to, and verifies it', async () => {
    const { folder, vault, run } = await site();
    const archive = join(folder, 'archive');
    await writeParquet(archive, { 'day=1/a.parquet': 500, 'day=2/b.parquet': 40 });
    await backUpArchive(vault, archive);
    await writeParquet(archive, { 'day=2/b.parquet': 40 }, 3);
    const { header } = await backUpArchive(vault, archive);
    const to = join(folder, 'back');
    await mkdir(to);
    await writeFile(join(to, 'old'), '');
    expect(await run('restore', 'parquet', '--to', to)).toMatchObject({ code: 1 });
    const done = await run('restore', 'parquet', '--to', to, '--overwrite', '--json');
    expect(done).toMatchObject({ code: 0 });
    expect(JSON.parse(done.out)).toMatchObject({ backupId: header.backupId, files: 2, manifests: 2 });
    const paths = ['day=1/a.parquet', 'day=2/b.parquet'];
    expect(await digests(to, paths)).toEqual(await digests(archive, paths));
    expect(await readdir(to)).toEqual(['day=1', 'day=2']);
    const verified = await run('verify', header.backupId, '--level', '3');
    expect(verified.out).toContain('is whole at level 3: 2 objects and 2 manifests');
    const chain = await createBackupCatalog(vault, quietLog).chain('parquet', header.backupId);
    expect(chain).toHaveLength(2);
  });

  it('says what it does not know', async () => {
    const { folder, run } = await site();
    const to = join(folder, 'back');
    expect((await run('restore', 'parquet', '--to', to)).err).toContain('no complete backup of type parquet');
    expect((await run('verify', '01KAVQ0000000000000000000A')).err).toContain('backup-not-found');
    expect(await run('verify', 'nonsense')).toMatchObject({ code: 2 });
  });
});

async function saidBy(child: ChildProcess, text: string): Promise<void> {
  let said = '';
  for await (const bytes of child.stderr ?? []) {
    said += String(bytes);
    if (said.includes(text)) return;
  }
  throw new Error(`it ended and said: ${said}`);
}
