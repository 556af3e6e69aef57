import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createFolderStore } from '../../../stores/objects/folder.ts';
import type { ObjectStore } from '../../../stores/objects/port.ts';
import { describeObjectStoreContract } from '../../contracts/object-store-contract.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';

const scratch = scratchFolders();

describeObjectStoreContract('a folder', async () => createFolderStore(join(await scratch(), 'store')));

const uploads = async (root: string): Promise<string[]> => readdir(join(root, '.store', 'uploads'));

describe('the folder store', () => {
  it('refuses a folder whose parent is missing, rather than fill the disk beneath a mount', async () => {
    const folder = join(await scratch(), 'not', 'mounted');
    await expect(createFolderStore(folder)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('is the disk mounted'),
    });
  });

  it('refuses to hold objects where its own files lie, and lists none of them', async () => {
    const root = await scratch();
    const store = await createFolderStore(root);
    await store.put('x', Buffer.from('x'), { metadata: { a: 'b' } });
    await expect(store.put('.store/x', Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid-request' });
    const keys = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual(['x']);
  });

  it('refuses a key that is the beginning of others, and one that begins with another', async () => {
    const store = await createFolderStore(await scratch());
    await store.put('a/b', Buffer.from('x'));
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(store.put('a/b/c', Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'object-not-found' });
    expect(await store.head('a')).toBeUndefined();
  });

  it('removes the folders that a delete empties, and no others', async () => {
    const root = await scratch();
    const store = await createFolderStore(root);
    for (const key of ['a/b/c/x', 'a/y']) await store.put(key, Buffer.from('x'), { metadata: { a: 'b' } });
    const metadata = join(root, '.store', 'metadata');
    await store.delete('a/b/c/x');
    for (const folder of [root, metadata]) {
      expect(await readdir(folder)).toContain('a');
      expect(await readdir(join(folder, 'a'))).toEqual([expect.stringMatching(/^y/)]);
    }
    await store.delete('a/y');
    expect(await readdir(root)).toEqual(['.store']);
    expect(await readdir(metadata)).toEqual([]);
  });

  it('stores into a folder that others empty meanwhile', async () => {
    const root = await scratch();
    const [store, other] = [await createFolderStore(root), await createFolderStore(root)];
    const inTurn = async (one: ObjectStore, name: string): Promise<void> => {
      for (let round = 0; round < 20; round += 1) {
        await one.put(`a/b/${name}`, Buffer.from(name), { metadata: { name } });
        await one.delete(`a/b/${name}`);
      }
    };
    await Promise.all([inTurn(store, 'x'), inTurn(other, 'y'), inTurn(other, 'z')]);
    expect(await readdir(root)).toEqual(['.store']);
  });

  it('says that the disk is full, and leaves nothing behind', async () => {
    const root = await scratch();
    const store = await createFolderStore(root);
    const full = await tinyFileSystem(root);
    if (full === undefined) return;
    const small = await createFolderStore(full.folder);
    try {
      await expect(small.put('big', Buffer.alloc(4 << 20))).rejects.toMatchObject({
        code: 'store-unavailable',
        message: expect.stringContaining('the disk is full'),
      });
      expect(await uploads(full.folder)).toEqual([]);
      await small.put('small', Buffer.from('fits'));
    } finally {
      await full.unmount();
    }
    await store.put('other', Buffer.from('fits'));
  });

  it('says that a folder has become unusable, and destroys the source', async () => {
    const root = await scratch();
    const store = await createFolderStore(root);
    await writeFile(join(root, '.store'), 'a file in the way');
    const source = new PassThrough();
    source.end('x');
    await expect(store.put('a', source)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(source.destroyed).toBe(true);
  });

  it('leaves nothing that is listed when a writer is killed, and sweeps its rest', async () => {
    const root = await scratch();
    await createFolderStore(root);
    const module = new URL('../../../stores/objects/folder.js', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then(async ({ createFolderStore }) => {
      const store = await createFolderStore(${JSON.stringify(root)});
      await store.put('half', process.stdin);
    });`;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    writer.stdin.write(Buffer.alloc(100_000));
    await until(
      'the writer has begun',
      async () => (await readdir(root)).includes('.store') && (await uploads(root)).length > 0,
    );
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect(await uploads(root)).toHaveLength(1);
    const store = await createFolderStore(root);
    expect(await uploads(root)).toEqual([]);
    expect(await store.head('half')).toBeUndefined();
    await store.put('half', Buffer.from('whole'));
  });

  it('leaves the uploads of living writers and fresh ones of other machines alone', async () => {
    const root = await scratch();
    const store = await createFolderStore(root);
    const source = new PassThrough();
    const put = store.put('slow', source);
    source.write('begun');
    await until(
      'the upload has begun',
      async () => (await readdir(root)).includes('.store') && (await uploads(root)).length > 0,
    );
    await writeFile(join(root, '.store', 'uploads', 'elsewhere-1-fresh'), 'x');
    const old = join(root, '.store', 'uploads', 'elsewhere-1-old');
    await writeFile(old, 'x');
    await utimes(old, new Date(0), new Date(0));
    await createFolderStore(root);
    expect((await uploads(root)).filter((name) => name.startsWith('elsewhere'))).toEqual([
      'elsewhere-1-fresh',
    ]);
    source.end(' and ended');
    await put;
    expect(await store.head('slow')).toMatchObject({ bytes: 15 });
  });

  it('is unavailable while its folder has gone, and as before when it is back', async () => {
    const root = join(await scratch(), 'store');
    const store = await createFolderStore(root);
    await store.put('a/b', Buffer.from('x'));
    for (const replace of [() => Promise.resolve(), () => writeFile(root, '')]) {
      const source = new PassThrough();
      const half = store.put('half', source);
      source.write('begun');
      await until('the upload has begun', async () => (await uploads(root)).length > 0);
      await rename(root, `${root}.away`);
      await replace();
      const gone = { code: 'store-unavailable' };
      await expect(store.put('c', Buffer.from('x'))).rejects.toMatchObject(gone);
      await expect(store.get('a/b')).rejects.toMatchObject(gone);
      await expect(store.head('a/b')).rejects.toMatchObject(gone);
      await expect(store.delete('a/b')).rejects.toMatchObject(gone);
      await expect(store.list('')[Symbol.asyncIterator]().next()).rejects.toMatchObject(gone);
      source.destroy(new Error('given up'));
      await expect(half).rejects.toThrow('given up');
      await rm(root, { force: true });
      await rename(`${root}.away`, root);
      expect(await store.head('a/b')).toMatchObject({ bytes: 1 });
      await store.put('c', Buffer.from('x'));
      expect(await uploads(root)).toEqual([]);
      await store.delete('c');
    }
  });

  it('is the same store through a symbolic link', async () => {
    const root = await scratch();
    const name = join(await scratch(), 'link');
    await symlink(root, name);
    await (await createFolderStore(name)).put('a', Buffer.from('x'));
    expect(await (await createFolderStore(root)).head('a')).toMatchObject({ bytes: 1 });
  });
});

/** A file system of 1 MiB, where this user may mount one. */
async function tinyFileSystem(
  beside: string,
): Promise<{ folder: string; unmount: () => Promise<void> } | undefined> {
  const folder = join(beside, 'tiny');
  await mkdir(folder);
  const mount = spawn('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
  const [code] = (await once(mount, 'exit').catch(() => [1])) as [number];
  if (code !== 0) return undefined;
  return {
    folder,
    async unmount() {
      await once(spawn('umount', [folder], { stdio: 'ignore' }), 'exit');
    },
  };
}
