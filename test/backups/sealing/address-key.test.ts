import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAddressKey } from '../../../backups/sealing/address-key.ts';
import { createFolderStore } from '../../../stores/objects/folder.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();

describe('the key of content addresses', () => {
  it('is made once for a store, also by several at once, and stays the same', async () => {
    const { root, keys, store } = await folderVault(await scratch());
    const stores = await Promise.all([1, 2, 3, 4].map(() => createFolderStore(root)));
    const found = await Promise.all(stores.map((each) => readAddressKey({ store: each, keys })));
    const [first] = found;
    expect(first).toHaveLength(32);
    for (const key of found) expect(Buffer.from(key).equals(first as Uint8Array)).toBe(true);
    expect(await readAddressKey({ store, keys })).toEqual(first);
    expect(await readAddressKey({ store, keys })).toBe(await readAddressKey({ store, keys }));
  });

  it('lies sealed in the store, and is not used when it is damaged', async () => {
    const { root, keys, store } = await folderVault(await scratch());
    const key = await readAddressKey({ store, keys });
    const file = join(root, 'keys', 'content-address');
    const sealed = await readFile(file);
    expect(sealed.includes(Buffer.from(key))).toBe(false);
    await writeFile(file, sealed.subarray(0, sealed.length - 1));
    const reading = readAddressKey({ store: await createFolderStore(root), keys });
    await expect(reading).rejects.toMatchObject({ code: 'object-damaged' });
  });
});
