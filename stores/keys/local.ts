import { rm } from 'node:fs/promises';
import { MultiKeyringNode } from '@aws-crypto/material-management-node';
import { RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/raw-aes-keyring-node';
import { newKeyringText, readKeyringFile, type WorkingKey } from './keyring-file.ts';
import type { KeyRing } from './port.ts';
import { writeNewFile } from './private-file.ts';
import { createRecoveryKeyPair, type RecoveryKeyPair, readRecoveryRecipient } from './recovery-key.ts';
import { createMessageKeyRing, createMessageOpener } from './sealed-message.ts';

/** Where the keys lie: the keyring with the working keys (mode 0600) and the public half of the recovery key (PEM). */
export interface LocalKeyFiles {
  readonly keyring: string;
  readonly recoveryPublicKey: string;
}

/**
 * Makes a recovery key and, where `keyring` is given, a working key. The private half of the recovery key is written to
 * `recoveryPrivateKey` (0600) when that is given; it is returned, to be shown once, and kept nowhere else. Files that exist
 * are never replaced (`configuration-invalid`), and nothing is left when one of them cannot be written.
 */
export async function createSealingKeys(
  files: Pick<LocalKeyFiles, 'recoveryPublicKey'> & {
    readonly keyring?: string;
    readonly recoveryPrivateKey?: string;
  },
  options: { readonly bits?: 3072 | 4096; readonly passphrase?: string } = {},
): Promise<RecoveryKeyPair> {
  const pair = await createRecoveryKeyPair(options);
  const made: string[] = [];
  const make = async (file: string, text: string, mode: 0o600 | 0o644): Promise<void> => {
    await writeNewFile(file, text, mode);
    made.push(file);
  };
  try {
    if (files.recoveryPrivateKey !== undefined) await make(files.recoveryPrivateKey, pair.privatePem, 0o600);
    await make(files.recoveryPublicKey, pair.publicPem, 0o644);
    // Last: with it the key ring is complete, and of several makers one succeeds.
    if (files.keyring !== undefined) await make(files.keyring, newKeyringText(), 0o600);
  } catch (error) {
    for (const file of made) await rm(file, { force: true });
    throw error;
  }
  return pair;
}

/** The key ring of these files. Throws `configuration-invalid`. */
export async function openLocalKeyRing(files: LocalKeyFiles): Promise<KeyRing> {
  const keys = await readKeyringFile(files.keyring);
  const recovery = await readRecoveryRecipient(files.recoveryPublicKey);
  const opening = new MultiKeyringNode({ children: keys.map(aesKeyring) });
  return createMessageKeyRing({
    keyIds: [keys[0].id, recovery.keyId],
    encryption: 'AES-256-GCM',
    sealing: new MultiKeyringNode({ generator: aesKeyring(keys[0]), children: [recovery.keyring] }),
    opening: () => opening,
  });
}

/**
 * What opens with the keyring file alone, and needs no recovery key beside it: for restores. Throws
 * `configuration-invalid`.
 */
export async function openWithKeyringFile(keyring: string): Promise<Pick<KeyRing, 'open'>> {
  const opening = new MultiKeyringNode({ children: (await readKeyringFile(keyring)).map(aesKeyring) });
  return createMessageOpener(() => opening);
}

function aesKeyring(key: WorkingKey): RawAesKeyringNode {
  return new RawAesKeyringNode({
    keyNamespace: 'backup-scheduler',
    keyName: key.id,
    // The SDK zeroes what it is given: a second keyring made of the same bytes would seal with a key of zeros.
    unencryptedMasterKey: new Uint8Array(key.bytes),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
}
