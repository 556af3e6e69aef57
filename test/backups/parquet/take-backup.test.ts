import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ObjectSink } from '../../../backups/backup-taker.ts';
import { detailsOf } from '../../../backups/parquet/archive-list.ts';
import { listFiles } from '../../../backups/parquet/list-files.ts';
import { hiveArchives } from '../../support/hive-archive.ts';
import { digests, listed, writeParquet } from '../../support/parquet-archive.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const archive = hiveArchives(scratch);

describe('a backup of a Parquet archive', () => {
  it('seals every file under an address made from its content, with its rows', async () => {
    const { folder, vault, taker } = await archive();
    const { header, body } = await vault.take(taker);
    const paths = ['a/x.parquet', 'a/y.parquet', 'b.parquet'];
    expect(header).toMatchObject({ scope: 'full', parent: null, note: null });
    expect(await listed(vault.catalog, header.backupId)).toEqual(await digests(folder, paths));
    expect(body.objects.map(({ name, rows }) => [name, rows])).toEqual([
      ['a/x.parquet', 100],
      ['a/y.parquet', 10],
      ['b.parquet', 1],
    ]);
    for (const { path } of body.objects)
      expect(path).toMatch(/^parquet\/objects\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/);
    expect(body.source).toMatchObject({ folder, files: 3 });
  });

  it('reads nothing again when nothing has changed, and writes a delta without files', async () => {
    const { vault, taker } = await archive();
    const first = await vault.take(taker);
    vault.read = 0;
    const second = await vault.take(taker);
    expect(vault.read).toBe(0);
    expect(second.header.parent).toEqual({ backupId: first.header.backupId, manifestSha256: first.sha256 });
    expect(detailsOf(second)).toMatchObject({ list: 'delta', depth: 1, files: [], removed: [] });
    expect(await listed(vault.catalog, second.header.backupId)).toEqual(
      await listed(vault.catalog, first.header.backupId),
    );
  });

  it('takes what changed and forgets what was removed, in the new list alone', async () => {
    const { folder, vault, taker } = await archive();
    const first = await vault.take(taker);
    await writeParquet(folder, { 'a/x.parquet': 101 }, 2);
    await rm(join(folder, 'b.parquet'));
    const second = await vault.take(taker);
    expect(second.body.objects.map(({ name }) => name)).toEqual(['a/x.parquet']);
    expect(detailsOf(second).removed).toEqual(['b.parquet']);
    expect(await listed(vault.catalog, second.header.backupId)).toEqual(
      await digests(folder, ['a/x.parquet', 'a/y.parquet']),
    );
    expect(Object.keys(await listed(vault.catalog, first.header.backupId))).toHaveLength(3);
  });

  it('stores a renamed file and a copy once', async () => {
    const { folder, vault, taker } = await archive();
    await vault.take(taker);
    const { size } = vault.objects;
    await mkdir(join(folder, 'day=2'));
    await rename(join(folder, 'b.parquet'), join(folder, 'day=2/renamed.parquet'));
    await writeFile(join(folder, 'copy.parquet'), await readFile(join(folder, 'a/x.parquet')));
    const { header } = await vault.take(taker);
    expect(vault.objects.size).toBe(size);
    const paths = ['a/x.parquet', 'a/y.parquet', 'copy.parquet', 'day=2/renamed.parquet'];
    expect(await listed(vault.catalog, header.backupId)).toEqual(await digests(folder, paths));
  });

  it('leaves a file that is still being written, and takes it when it is whole', async () => {
    const { folder, vault, taker } = await archive();
    const file = join(folder, 'a/x.parquet');
    const whole = await readFile(file);
    await truncate(file, whole.length - 1);
    await writeFile(join(folder, 'begun.parquet'), '');
    const first = await vault.take(taker);
    expect(detailsOf(first).left).toEqual([
      { path: 'a/x.parquet', reason: 'unfinished', kept: false },
      { path: 'begun.parquet', reason: 'unfinished', kept: false },
    ]);
    expect(Object.keys(await listed(vault.catalog, first.header.backupId))).toEqual([
      'a/y.parquet',
      'b.parquet',
    ]);
    await writeFile(file, whole);
    const second = await vault.take(taker);
    expect(await listed(vault.catalog, second.header.backupId)).toMatchObject(
      await digests(folder, ['a/x.parquet']),
    );
  });

  it('keeps the last good version of a file that is being written again', async () => {
    const { folder, vault, taker } = await archive();
    const first = await vault.take(taker);
    await truncate(join(folder, 'a/x.parquet'), 20);
    const second = await vault.take(taker);
    expect(detailsOf(second).left).toEqual([{ path: 'a/x.parquet', reason: 'unfinished', kept: true }]);
    expect(await listed(vault.catalog, second.header.backupId)).toEqual(
      await listed(vault.catalog, first.header.backupId),
    );
  });

  it('names links, special files and files that only pretend to be Parquet, and takes companions along', async () => {
    const { folder, vault, taker } = await archive({ 'x.parquet': 5 });
    await symlink(join(folder, 'x.parquet'), join(folder, 'link.parquet'));
    await symlink('/', join(folder, 'root'));
    await writeFile(join(folder, 'text.parquet'), 'this is no Parquet file');
    await mkdir(join(folder, '_delta_log'));
    await writeFile(join(folder, '_delta_log/0.json'), '{}');
    const { header, body } = await vault.take(taker);
    expect(detailsOf({ header, body, sha256: '' }).left).toEqual([
      { path: 'link.parquet', reason: 'symlink', kept: false },
      { path: 'root', reason: 'symlink', kept: false },
      { path: 'text.parquet', reason: 'not-parquet', kept: false },
    ]);
    const files = await listFiles(vault.catalog, header.backupId);
    expect(files.map(({ path, companion }) => [path, companion])).toEqual([
      ['_delta_log/0.json', true],
      ['x.parquet', false],
    ]);
    expect(vault.logged.filter(({ reason }) => reason === 'symlink')).toHaveLength(2);
  });

  it('writes a full list after 23 deltas', async () => {
    const { vault, taker } = await archive({ 'x.parquet': 1 });
    const lists: string[] = [];
    for (let run = 0; run < 25; run++) lists.push(detailsOf(await vault.take(taker)).list);
    expect(lists).toEqual(['full', ...Array<string>(23).fill('delta'), 'full']);
  });

  it('backs up an empty archive, and warns where there were files before', async () => {
    const { folder, vault, taker } = await archive({});
    const first = await vault.take(taker);
    expect(first.header.note).toBeNull();
    await writeParquet(folder, { 'x.parquet': 1 });
    await vault.take(taker);
    await rm(join(folder, 'x.parquet'));
    const third = await vault.take(taker);
    expect(third.header.note).toContain('the archive folder is empty');
    expect(await listed(vault.catalog, third.header.backupId)).toEqual({});
  });

  it.each([
    ['missing', async (folder: string) => rm(folder, { recursive: true }), /Mount it, create it/],
    [
      'a file',
      async (folder: string) => {
        await rm(folder, { recursive: true });
        await writeFile(folder, '');
      },
      /Set the path of the Parquet archive to a folder/,
    ],
  ])('says what to do when the archive folder is %s', async (_what, spoil, advice) => {
    const { folder, vault, taker } = await archive({});
    await spoil(folder);
    await expect(vault.take(taker)).rejects.toMatchObject({ code: 'source-unreadable', message: advice });
    await expect(vault.take(taker)).rejects.toThrow(advice);
  });

  it('takes thousands of small files in the same order each time', async () => {
    const { folder, vault, taker } = await archive({ 'one.parquet': 3 });
    const content = await readFile(join(folder, 'one.parquet'));
    for (let day = 0; day < 30; day++) {
      await mkdir(join(folder, `day=${day}`));
      await Promise.all(
        Array.from({ length: 100 }, (_, part) => {
          content.writeUInt32LE(day * 1000 + part, 4);
          return writeFile(join(folder, `day=${day}/part-${part}.parquet`), Buffer.from(content));
        }),
      );
    }
    const { header } = await vault.take(taker);
    const files = await listFiles(vault.catalog, header.backupId);
    expect(files).toHaveLength(3001);
    expect(vault.objects.size).toBe(3001);
    vault.read = 0;
    await vault.take(taker);
    expect(vault.read).toBe(0);
  });

  it('stops when it is told to, with the reason', async () => {
    const { vault, taker } = await archive();
    const stop = new AbortController();
    const sink: ObjectSink = {
      ...vault.sink,
      writeShared(object, plain) {
        stop.abort(new Error('the lock is lost'));
        return vault.sink.writeShared(object, plain);
      },
    };
    await expect(vault.take(taker, { sink, signal: stop.signal })).rejects.toThrow('the lock is lost');
  });
});
