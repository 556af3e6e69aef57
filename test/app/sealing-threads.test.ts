import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openSealingThreads } from '../../app/wiring/sealing-threads.ts';
import { openVault } from '../../app/wiring/vault.ts';
import { openObject } from '../../backups/sealing/open-object.ts';
import type { SealingThreads } from '../../backups/sealing/sealing-threads.ts';
import { newKeyringText } from '../../stores/keys/keyring-file.ts';
import { folderConfiguration } from '../support/folder-configuration.ts';
import { testKeys } from '../support/key-ring.ts';
import { anOrder } from '../support/orders.ts';
import { scratchFolders } from '../support/scratch.ts';
import { sha256 } from '../support/sha256.ts';
import { until } from '../support/until.ts';

const opened: SealingThreads[] = [];
afterEach(async () => {
  for (const threads of opened.splice(0)) await threads.close();
});
// Folders go after what works in them has ended.
const scratch = scratchFolders();

/** Threads that seal into a folder store, and a file of 3 MB. */
async function site() {
  const folder = await scratch();
  const keyFiles = { keyring: join(folder, 'keyring.json'), recoveryPublicKey: join(folder, 'recovery.pem') };
  await writeFile(keyFiles.recoveryPublicKey, (await testKeys()).recoveryPublicPem);
  await writeFile(keyFiles.keyring, newKeyringText(), { mode: 0o600 });
  const configuration = folderConfiguration(join(folder, 'mount', 'store'), keyFiles);
  const threads = openSealingThreads(configuration);
  opened.push(threads);
  const abort = new AbortController();
  const heard: number[] = [];
  const progress = (bytes: number): void => {
    heard.push(bytes);
  };
  const owner = { order: anOrder('parquet-replication'), signal: abort.signal, progress };
  const plain = Buffer.alloc(3_000_000, 'content');
  const file = join(folder, 'content');
  await writeFile(file, plain);
  const object = { name: 'a.parquet', path: 'parquet/objects/ab/abcd', plainSha256: sha256(plain) };
  return { mount: join(folder, 'mount'), configuration, threads, owner, abort, heard, plain, file, object };
}

describe('threads that seal', () => {
  it('seal a file, and bytes in shared memory, into the vault of the configuration', async () => {
    const { mount, configuration, threads, owner, heard, plain, file, object } = await site();
    await mkdir(mount);
    const bytes = new Uint8Array(new SharedArrayBuffer(plain.length));
    bytes.set(plain);
    const sealed = await Promise.all([
      threads.seal(owner, object, { file }),
      threads.seal(owner, { ...object, path: `${object.path}ef` }, bytes),
    ]);
    const vault = await openVault(configuration);
    for (const each of sealed) {
      expect((await buffer(await openObject(vault, each))).equals(plain)).toBe(true);
    }
    expect(heard.reduce((sum, count) => sum + count, 0)).toBe(2 * plain.length);
    expect(await vault.store.head(object.path)).toMatchObject({
      metadata: { 'backup-id': owner.order.backupId },
    });
  });

  it('tell what went wrong as it was: its code, or the file system’s', async () => {
    const { mount, threads, owner, file, object } = await site();
    // The store's disk is not mounted yet.
    await expect(threads.seal(owner, object, { file })).rejects.toMatchObject({ code: 'store-unavailable' });
    await mkdir(mount);
    await expect(threads.seal(owner, object, { file: `${file}.gone` })).rejects.toMatchObject({
      code: 'ENOENT',
      path: `${file}.gone`,
    });
    await appendFile(file, 'more');
    const changed = threads.seal(owner, object, { file });
    await expect(changed).rejects.toMatchObject({ name: 'CodedError', code: 'source-changed' });
  });

  it('stop when they are told to, with the reason, and leave nothing', async () => {
    const { mount, configuration, threads, owner, abort, heard, object } = await site();
    await mkdir(mount);
    const sealing = threads.seal(owner, object, { file: '/dev/zero' });
    const refused = expect(sealing).rejects.toThrow('the lock is lost');
    await until('bytes were sealed', () => Promise.resolve(heard.length > 0));
    abort.abort(new Error('the lock is lost'));
    await refused;
    const { store } = await openVault(configuration);
    for await (const { key } of store.list('')) expect(key).toBe('');
    await expect(threads.seal(owner, object, { file: '/dev/zero' })).rejects.toThrow('the lock is lost');
  });

  it('fail what they were sealing when they end, and are replaced', async () => {
    const { mount, threads, owner, heard, file, object } = await site();
    await mkdir(mount);
    const sealing = threads.seal(owner, object, { file: '/dev/zero' });
    const refused = expect(sealing).rejects.toThrow('a thread that seals has ended');
    await until('bytes were sealed', () => Promise.resolve(heard.length > 0));
    await threads.close();
    await refused;
    expect(await threads.seal(owner, object, { file })).toMatchObject({ path: object.path });
  });
});
