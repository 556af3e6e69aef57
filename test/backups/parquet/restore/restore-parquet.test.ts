import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { BackupCatalog } from '../../../../backups/backup-taker.ts';
import { restoreParquet } from '../../../../backups/parquet/restore/restore-parquet.ts';
import { createParquetTaker } from '../../../../backups/parquet/take-backup.ts';
import { memoryVault } from '../../../support/memory-vault.ts';
import { digests, writeParquet } from '../../../support/parquet-archive.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const paths = ['day=1/x.parquet', 'day=2/x.parquet', 'y.parquet'];

/** Two backups of an archive (a full list and a delta), and a folder to restore next to. */
async function backedUp() {
  const archive = await scratch();
  await writeParquet(archive, { 'day=1/x.parquet': 100, 'y.parquet': 7 });
  await utimes(join(archive, 'y.parquet'), 1_700_000_000.123456, 1_700_000_000.123456);
  const vault = memoryVault('parquet');
  const taker = createParquetTaker({ folder: archive, addressKey: new Uint8Array(32) });
  const first = await vault.take(taker);
  await mkdir(join(archive, 'day=2'));
  await writeFile(join(archive, 'day=2/x.parquet'), await readFile(join(archive, 'day=1/x.parquet')));
  const second = await vault.take(taker);
  const parent = await scratch();
  const restore = async (backupId: string, catalog: BackupCatalog = vault.catalog, signal?: AbortSignal) =>
    restoreParquet({
      catalog,
      backupId,
      to: join(parent, 'restored'),
      signal: signal ?? new AbortController().signal,
      progress: () => undefined,
    });
  return {
    archive,
    vault,
    taker,
    first: first.header.backupId,
    second: second.header.backupId,
    parent,
    restore,
  };
}

describe('restoring a Parquet archive', () => {
  it('brings back every byte, its times and its partitions from a chain of manifests', async () => {
    const { archive, second, parent, restore } = await backedUp();
    const restored = await restore(second);
    expect(restored).toMatchObject({ folder: join(parent, 'restored'), files: 3, rows: 207 });
    expect(await digests(restored.folder, paths)).toEqual(await digests(archive, paths));
    const [was, is] = await Promise.all([
      stat(join(archive, 'y.parquet')),
      stat(join(restored.folder, 'y.parquet')),
    ]);
    expect(is.mtimeMs).toBeCloseTo(was.mtimeMs, 2);
    expect(is.mode).toBe(was.mode);
    expect(await readdir(parent)).toEqual(['restored']);
  });

  it('brings back a time before 1970', async () => {
    const { archive, vault, taker, restore } = await backedUp();
    await utimes(join(archive, 'y.parquet'), '-315619200.25', '-315619200.25');
    const { header } = await vault.take(taker);
    const { folder } = await restore(header.backupId);
    expect((await stat(join(folder, 'y.parquet'))).mtime.toISOString()).toBe('1959-12-31T23:59:59.750Z');
  });

  it('brings back an older state as it was', async () => {
    const { first, restore } = await backedUp();
    const { folder } = await restore(first);
    expect(await readdir(folder)).toEqual(['day=1', 'y.parquet']);
  });

  it('never writes over anything that is there', async () => {
    const { second, parent, restore } = await backedUp();
    await mkdir(join(parent, 'restored'));
    await expect(restore(second)).rejects.toMatchObject({ code: 'restore-target-exists' });
    expect(await readdir(join(parent, 'restored'))).toEqual([]);
  });

  it('leaves nothing when an object is damaged, and names the file', async () => {
    const { vault, second, parent, restore } = await backedUp();
    for (const content of vault.objects.values()) content[9] = (content[9] ?? 0) ^ 1;
    await expect(restore(second)).rejects.toMatchObject({ code: 'object-damaged' });
    expect(await readdir(parent)).toEqual([]);
  });

  it('leaves nothing when it is stopped while the store does not answer', async () => {
    const { vault, second, parent, restore } = await backedUp();
    const stop = new AbortController();
    const catalog: BackupCatalog = {
      ...vault.catalog,
      open() {
        queueMicrotask(() => {
          stop.abort(new Error('the user has had enough'));
        });
        return Promise.resolve(new Readable({ read: () => undefined }));
      },
    };
    await expect(restore(second, catalog, stop.signal)).rejects.toThrow('the user has had enough');
    expect(await readdir(parent)).toEqual([]);
  });

  it('says what to do where it may not write', async () => {
    const { vault, second, parent } = await backedUp();
    await writeFile(join(parent, 'file'), '');
    const to = join(parent, 'file/restored');
    const restoring = restoreParquet({
      ...{ catalog: vault.catalog, backupId: second, to },
      ...{ signal: new AbortController().signal, progress: () => undefined },
    });
    await expect(restoring).rejects.toMatchObject({ code: 'restore-target-unusable' });
    await expect(restoring).rejects.toThrow(/name a folder where this user may write/);
  });

  it('refuses a list that leaves the folder', async () => {
    const { vault, second, parent, restore } = await backedUp();
    const [, delta] = vault.manifests;
    const details = JSON.stringify(delta?.body.details).replaceAll('day=2/x.parquet', '../../x.parquet');
    if (delta === undefined) throw new Error('two backups were taken');
    vault.manifests[1] = { ...delta, body: { ...delta.body, details: JSON.parse(details) as never } };
    await expect(restore(second)).rejects.toThrow(/must be a path inside the archive/);
    expect(await readdir(parent)).toEqual([]);
  });

  it('says when there is no such backup', async () => {
    const { restore } = await backedUp();
    await expect(restore('01JZZZZZZZZZZZZZZZZZZZZZZZ')).rejects.toMatchObject({ code: 'backup-not-found' });
  });
});
