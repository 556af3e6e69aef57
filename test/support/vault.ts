import { join } from 'node:path';
import type { Vault } from '../../backups/sealing/open-object.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { testKeys } from './key-ring.ts';

/** A real folder store and a real key ring (new keys unless given); `folder` must exist, the objects lie in its `store`. */
export async function folderVault(
  folder: string,
  keys?: Vault['keys'],
): Promise<Vault & { readonly root: string }> {
  const root = join(folder, 'store');
  return { store: await createFolderStore(root), keys: keys ?? (await testKeys()).keys, root };
}
