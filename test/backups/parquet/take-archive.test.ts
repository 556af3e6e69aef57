import { appendFile, open, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ObjectSink } from '../../../backups/backup-taker.ts';
import { detailsOf } from '../../../backups/parquet/archive-list.ts';
import { createParquetTaker } from '../../../backups/parquet/take-backup.ts';
import { addressKey, hiveArchives } from '../../support/hive-archive.ts';
import { digests, listed, writeParquet } from '../../support/parquet-archive.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const scratch = scratchFolders();
const archive = hiveArchives(scratch);

describe('an archive that changes, or whose backups are damaged', () => {
  it('never stores a mixture when a file changes between hashing and sealing', async () => {
    const { folder, vault } = await archive({ 'x.parquet': 5000 });
    const taker = createParquetTaker({ folder, addressKey, bufferBytes: 1024 });
    let changes = 0;
    const sink: ObjectSink = {
      ...vault.sink,
      async writeShared(object, plain) {
        if (changes++ === 0) await writeParquet(folder, { 'x.parquet': 5001 }, 9);
        return vault.sink.writeShared(object, plain);
      },
    };
    const { header } = await vault.take(taker, { sink });
    expect(changes).toBe(2);
    expect(vault.objects.size).toBe(1);
    expect(await listed(vault.catalog, header.backupId)).toEqual(await digests(folder, ['x.parquet']));
  });

  it('leaves a file that changes whenever it is read', async () => {
    const { folder, vault } = await archive({ 'x.parquet': 5000, 'y.parquet': 1 });
    const taker = createParquetTaker({ folder, addressKey, bufferBytes: 1024 });
    const sink: ObjectSink = {
      ...vault.sink,
      async writeShared(object, plain) {
        if (object.name === 'x.parquet') await appendFile(join(folder, 'x.parquet'), 'PAR1');
        return vault.sink.writeShared(object, plain);
      },
    };
    const manifest = await vault.take(taker, { sink });
    expect(detailsOf(manifest).left).toEqual([{ path: 'x.parquet', reason: 'changing', kept: false }]);
    expect(Object.keys(await listed(vault.catalog, manifest.header.backupId))).toEqual(['y.parquet']);
  });

  it('reads a file again whose times could hide a change right after it was read', async () => {
    const { folder, vault } = await archive({ 'x.parquet': 10 });
    const clock = new SettableClock(Date.now());
    const taker = createParquetTaker({ folder, addressKey, clock });
    const handle = await open(join(folder, 'x.parquet'), 'r+');
    await handle.utimes(1, 1);
    await handle.close();
    await vault.take(taker);
    vault.read = 0;
    clock.tick(60_000);
    await vault.take(taker);
    expect(vault.read).toBeGreaterThan(0);
    vault.read = 0;
    await vault.take(taker);
    expect(vault.read).toBe(0);
  });

  it('reads a file again that was replaced by one with the same size and time', async () => {
    const { folder, vault, taker } = await archive({ 'x.parquet': 10 });
    await vault.take(taker);
    const file = join(folder, 'x.parquet');
    const content = await readFile(file);
    content[6] = (content[6] ?? 0) ^ 1;
    const before = await open(file).then(async (handle) => {
      const stat = await handle.stat();
      await handle.close();
      return stat;
    });
    await writeFile(`${file}.new`, content);
    await utimes(`${file}.new`, before.atime, before.mtime);
    await rename(`${file}.new`, file);
    const { header } = await vault.take(taker);
    expect(await listed(vault.catalog, header.backupId)).toEqual(await digests(folder, ['x.parquet']));
  });

  it('stores again what the store has lost or holds with another size', async () => {
    const { folder, vault, taker } = await archive();
    const first = await vault.take(taker);
    const [lost, cut] = first.body.objects.map(({ path }) => path);
    vault.objects.delete(lost ?? '');
    vault.objects.set(cut ?? '', Buffer.from('cut'));
    const second = await vault.take(taker);
    expect(detailsOf(second).files.map(({ path }) => path)).toEqual(['a/x.parquet', 'a/y.parquet']);
    expect(second.body.objects[0]?.path).toBe(lost);
    expect(second.body.objects[1]?.path).toMatch(new RegExp(`^${cut ?? ''}\\.`));
    expect(await listed(vault.catalog, second.header.backupId)).toEqual(
      await digests(folder, ['a/x.parquet', 'a/y.parquet', 'b.parquet']),
    );
  });

  it('writes a full list when the backup before is damaged, and says so', async () => {
    const { vault, taker } = await archive();
    await vault.take(taker);
    const second = await vault.take(taker);
    vault.manifests[0] = { ...second, header: { ...second.header, parent: null } };
    vault.read = 0;
    const third = await vault.take(taker);
    expect(third.header.parent).toBeNull();
    expect(third.header.note).toContain(
      `full list: backup ${second.header.backupId} before it cannot be read`,
    );
    expect(detailsOf(third)).toMatchObject({ list: 'full', depth: 0 });
    expect(detailsOf(third).files).toHaveLength(3);
    expect(vault.objects.size).toBe(3);
    expect(detailsOf(await vault.take(taker)).list).toBe('delta');
  });

  it('steps over a damaged backup to what an older one knows', async () => {
    const { vault, taker } = await archive();
    await vault.take(taker);
    const second = await vault.take(taker);
    vault.manifests[1] = { ...second, body: { ...second.body, details: 'damaged' } };
    vault.read = 0;
    const third = await vault.take(taker);
    expect(vault.read).toBe(0);
    expect(detailsOf(third).list).toBe('full');
  });

  it('fails when the catalog cannot be asked, instead of starting over', async () => {
    const { vault, taker } = await archive();
    await vault.take(taker);
    const catalog = { ...vault.catalog, chain: () => Promise.reject(new Error('no route to the store')) };
    await expect(vault.take(taker, { catalog })).rejects.toThrow('no route to the store');
  });
});
