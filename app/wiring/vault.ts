import type { Vault } from '../../backups/sealing/open-object.ts';
import type { Configuration } from '../../config/configuration.ts';
import { openKmsKeyRing } from '../../stores/keys/kms.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import { createS3Store } from '../../stores/objects/s3.ts';

/** The object store and the keys of the configuration. Throws `configuration-invalid`, `store-unavailable`. */
export async function openVault(configuration: Pick<Configuration, 'store' | 'keys'>): Promise<Vault> {
  return {
    keys: await openKeyRing(configuration),
    store: await openStore(configuration),
  };
}

async function openKeyRing({ keys }: Pick<Configuration, 'keys'>): Promise<KeyRing> {
  const { kind, file, kmsKeyArn, kmsOlderKeyArns, kmsEndpoint, recoveryPublicKey } = keys;
  if (kind === 'local') return openLocalKeyRing({ keyring: file, recoveryPublicKey });
  return openKmsKeyRing({
    keyArn: kmsKeyArn ?? '',
    olderKeyArns: kmsOlderKeyArns,
    recoveryPublicKey,
    ...(kmsEndpoint === null ? {} : { endpoint: kmsEndpoint }),
  });
}

export async function openStore({ store }: Pick<Configuration, 'store'>): Promise<ObjectStore> {
  if (store.kind === 'folder') return createFolderStore(store.folder);
  return createS3Store(store.s3);
}
