import type { Vault } from '../../backups/sealing/open-object.ts';
import type { Configuration } from '../../config/configuration.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';

/** The object store and the keys of the configuration. Throws `configuration-invalid`, `store-unavailable`. */
export async function openVault({ store, keys }: Pick<Configuration, 'store' | 'keys'>): Promise<Vault> {
  return {
    keys: await openLocalKeyRing({ keyring: keys.file, recoveryPublicKey: keys.recoveryPublicKey }),
    store: await createFolderStore(store.folder),
  };
}
