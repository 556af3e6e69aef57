import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { RawRsaKeyringNode } from '@aws-crypto/raw-rsa-keyring-node';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { KeyRing } from './port.ts';
import { createMessageKeyRing } from './sealed-message.ts';

/** The two halves as PEM: the public one (SPKI) seals, the private one (PKCS #8) is kept off line. */
export interface RecoveryKeyPair {
  readonly keyId: string;
  readonly publicPem: string;
  readonly privatePem: string;
}

/** Makes a new pair. With a passphrase the private half is encrypted with it (PBES2, AES-256). */
export async function createRecoveryKeyPair(
  options: { readonly bits?: 3072 | 4096; readonly passphrase?: string } = {},
): Promise<RecoveryKeyPair> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: options.bits ?? 4096 });
  const encrypted =
    options.passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: options.passphrase };
  return {
    keyId: recoveryKeyId(pair.publicKey),
    publicPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...encrypted }).toString(),
  };
}

/** The recipient that everything is sealed for beside the working key, from a PEM file. Throws `configuration-invalid`. */
export async function readRecoveryRecipient(
  file: string,
): Promise<{ readonly keyId: string; readonly keyring: RawRsaKeyringNode }> {
  const publicPem = await readPublicKey(file);
  const key = parse('public', () => createPublicKey(publicPem));
  return { keyId: recoveryKeyId(key), keyring: rsaKeyring(key, { publicKey: pem(key, 'spki') }) };
}

async function readPublicKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CodedError(
      'configuration-invalid',
      `the public half of the recovery key cannot be read from ${file}: ${errorText(error)}`,
      { cause: error, facts: { file } },
    );
  }
}

/** A key ring that opens with the private recovery key alone; what it seals only the same key opens. */
export function openWithRecoveryKey(privatePem: string, passphrase?: string): KeyRing {
  const key = parse('private', () =>
    createPrivateKey({ key: privatePem, ...(passphrase === undefined ? {} : { passphrase }) }),
  );
  const publicKey = createPublicKey(key);
  const keyring = rsaKeyring(publicKey, { publicKey: pem(publicKey, 'spki'), privateKey: pem(key, 'pkcs8') });
  return createMessageKeyRing({
    keyIds: [recoveryKeyId(publicKey)],
    encryption: 'AES-256-GCM',
    sealing: keyring,
    opening: () => keyring,
  });
}

/** Derived from the public half, so that either half alone names the pair. */
function recoveryKeyId(key: KeyObject): string {
  const digest = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
  return `recovery:${digest.digest('hex').slice(0, 32)}`;
}

function rsaKeyring(
  publicKey: KeyObject,
  rsaKey: { publicKey: string; privateKey?: string },
): RawRsaKeyringNode {
  return new RawRsaKeyringNode({
    keyNamespace: 'backup-scheduler',
    keyName: recoveryKeyId(publicKey),
    rsaKey,
    oaepHash: 'sha256',
  });
}

function pem(key: KeyObject, type: 'spki' | 'pkcs8'): string {
  return key.export({ type, format: 'pem' } as { type: 'spki'; format: 'pem' }).toString();
}

function parse(half: 'public' | 'private', read: () => KeyObject): KeyObject {
  let key;
  try {
    key = read();
  } catch {
    // The reason is not passed on: it may quote what was given.
    throw new CodedError(
      'configuration-invalid',
      `the recovery key is refused: it is no ${half} key in PEM format${half === 'private' ? ', or its passphrase is another' : ''}`,
    );
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'rsa' && bits >= 3072) return key;
  throw new CodedError(
    'configuration-invalid',
    `the recovery key is refused: RSA of at least 3072 bits is needed, this is ${key.asymmetricKeyType ?? 'unknown'} of ${bits} bits`,
  );
}
