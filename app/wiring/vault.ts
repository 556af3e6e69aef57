import type { ReadableVault, Vault } from '../../backups/sealing/open-object.ts';
import type { Configuration } from '../../config/configuration.ts';
import { openLocalKeyRing, openWithKeyringFile } from '../../stores/keys/local.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';

/**
 * The object store and the keys of the configuration. What speaks to S3 and KMS is loaded where it is configured: it costs
 * each process and each sealing thread time and memory. Throws `configuration-invalid`, `store-unavailable`.
 */
export async function openVault(configuration: Pick<Configuration, 'store' | 'keys'>): Promise<Vault> {
  return {
    keys: await openKeysToWrite(configuration),
    store: await openStore(configuration),
  };
}

/** The same for those who only read: one key is enough, the public half of the recovery key is not asked for. */
export async function openReadableVault(
  configuration: Pick<Configuration, 'store' | 'keys'>,
): Promise<ReadableVault> {
  return { keys: await openKeysToRead(configuration), store: await openStore(configuration) };
}

async function openKeysToRead({ keys }: Pick<Configuration, 'keys'>): Promise<ReadableVault['keys']> {
  if (keys.kind === 'local') return openWithKeyringFile(keys.file);
  const { openWithKms } = await import('../../stores/keys/kms.ts');
  return openWithKms(kmsKeys(keys));
}

async function openKeysToWrite({ keys }: Pick<Configuration, 'keys'>): Promise<KeyRing> {
  const { kind, file, recoveryPublicKey } = keys;
  if (kind === 'local') return openLocalKeyRing({ keyring: file, recoveryPublicKey });
  const { openKmsKeyRing } = await import('../../stores/keys/kms.ts');
  return openKmsKeyRing({ ...kmsKeys(keys), recoveryPublicKey });
}

function kmsKeys({ kmsKeyArn, kmsOlderKeyArns, kmsEndpoint }: Configuration['keys']) {
  return {
    keyArn: kmsKeyArn ?? '',
    olderKeyArns: kmsOlderKeyArns,
    ...(kmsEndpoint === null ? {} : { endpoint: kmsEndpoint }),
  };
}

export async function openStore({ store }: Pick<Configuration, 'store'>): Promise<ObjectStore> {
  if (store.kind === 'folder') return createFolderStore(store.folder);
  const { createS3Store } = await import('../../stores/objects/s3.ts');
  return createS3Store(store.s3);
}
