import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { createObjectSink } from '../../../backups/sealing/object-sink.ts';
import { type Manifest, manifestPath } from '../../../model/manifest.ts';
import { storeManifest } from '../../support/manifests.ts';
import { anOrder } from '../../support/orders.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { bytesOf } from '../../support/sink-setting.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();
const child = (parent: Manifest) => ({
  scope: 'incremental' as const,
  parent: { backupId: parent.header.backupId, manifestSha256: parent.sha256 },
});

describe('the catalog', () => {
  it('lists headers newest first, of the type that is asked for', async () => {
    const vault = await folderVault(await scratch());
    const catalog = createBackupCatalog(vault, recordingLog().log);
    expect(await catalog.headers('duckdb')).toEqual([]);
    const older = await storeManifest(vault, {}, { startTime: '2026-01-01T00:00:00.000Z' });
    const newer = await storeManifest(vault, {}, { startTime: '2026-01-02T00:00:00.000Z' });
    await storeManifest(vault, {}, { order: anOrder('parquet-replication') });
    await vault.store.put(`duckdb/${older.header.backupId}/1/manifest.json`, Buffer.from('an object'));
    expect(await catalog.headers('duckdb')).toEqual(
      [newer, older].map(({ header, sha256 }) => ({ ...header, manifestSha256: sha256 })),
    );
    expect(await catalog.headers('parquet')).toHaveLength(1);
    expect(await catalog.headers('kms')).toEqual([]);
  });

  it('leaves out what is damaged, says so once, and sees what is added, mended and deleted', async () => {
    const vault = await folderVault(await scratch());
    const { log, lines } = recordingLog();
    const catalog = createBackupCatalog(vault, log);
    const first = await storeManifest(vault);
    const second = await storeManifest(vault);
    const file = join(vault.root, manifestPath('duckdb', second.header.backupId));
    await writeFile(file, 'no manifest');
    for (let time = 0; time < 2; time += 1) {
      const headers = await catalog.headers('duckdb');
      expect(headers.map(({ backupId }) => backupId)).toEqual([first.header.backupId]);
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]?.fields['manifest']).toContain(second.header.backupId);
    const third = await storeManifest(vault);
    await rm(file);
    await vault.store.delete(manifestPath('duckdb', first.header.backupId));
    expect((await catalog.headers('duckdb')).map(({ backupId }) => backupId)).toEqual([
      third.header.backupId,
    ]);
  });

  it('reads a known manifest only once', async () => {
    const vault = await folderVault(await scratch());
    let read = 0;
    const store: typeof vault.store = {
      ...vault.store,
      get(key, range) {
        read += 1;
        return vault.store.get(key, range);
      },
    };
    const catalog = createBackupCatalog({ ...vault, store }, recordingLog().log);
    for (let count = 0; count < 40; count += 1) await storeManifest(vault);
    await catalog.headers('duckdb');
    expect(await catalog.headers('duckdb')).toHaveLength(40);
    expect(read).toBe(40);
  });

  it('gives a backup with all its ancestors, full first', async () => {
    const vault = await folderVault(await scratch());
    const catalog = createBackupCatalog(vault, recordingLog().log);
    const full = await storeManifest(vault);
    const one = await storeManifest(vault, child(full));
    const two = await storeManifest(vault, child(one));
    expect(await catalog.chain('duckdb', two.header.backupId)).toEqual([full, one, two]);
    expect(await catalog.chain('duckdb', full.header.backupId)).toEqual([full]);
  });

  it('refuses a chain whose link is missing, damaged, or another than the child was made on', async () => {
    const vault = await folderVault(await scratch());
    const catalog = createBackupCatalog(vault, recordingLog().log);
    const order = anOrder('duckdb-full');
    const full = await storeManifest(vault, {}, { order });
    const { header } = await storeManifest(vault, child(full));
    const path = manifestPath('duckdb', order.backupId);
    const chain = () => catalog.chain('duckdb', header.backupId);
    await vault.store.delete(path);
    await expect(chain()).rejects.toMatchObject({ code: 'backup-not-found' });
    // Another manifest of the same backup, validly sealed.
    await storeManifest(vault, { note: 'another' }, { order });
    await expect(chain()).rejects.toMatchObject({
      code: 'object-damaged',
      message: expect.stringContaining(order.backupId),
    });
    await writeFile(join(vault.root, path), '{}');
    await expect(chain()).rejects.toMatchObject({ code: 'object-damaged' });
  });

  it('opens the objects of a manifest', async () => {
    const vault = await folderVault(await scratch());
    const catalog = createBackupCatalog(vault, recordingLog().log);
    const owner = {
      order: anOrder('duckdb-full'),
      signal: new AbortController().signal,
      progress: () => undefined,
    };
    const object = await createObjectSink(vault, owner).write(
      { name: 't', file: 't' },
      bytesOf(Buffer.from('rows')),
    );
    const { header } = await storeManifest(vault, { objects: [object] }, owner);
    const manifest = await catalog.read('duckdb', header.backupId);
    expect(manifest.header).toMatchObject({ objects: 1, plainBytes: 4, sealedBytes: object.sealedBytes });
    const [named] = manifest.body.objects;
    if (named === undefined) throw new Error('no object');
    expect((await buffer(await catalog.open(named))).toString()).toBe('rows');
  });
});
