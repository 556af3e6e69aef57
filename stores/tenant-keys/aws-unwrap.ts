import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { type KeyAsked, refusalIn } from './aws-call.ts';
import { dataKeyUnusable } from './key-errors.ts';
import type { WrappedSecret } from './port.ts';

/** What KMS says of a key that is disabled, to be deleted, or otherwise not enabled. */
const notEnabled = ['DisabledException', 'KMSInvalidStateException'];

/** A data key, opened by KMS; null where its key is not enabled. What KMS refuses names the data key and its key. */
export async function unwrapDataKey(
  client: KMSClient,
  about: KeyAsked,
  secret: WrappedSecret,
): Promise<Uint8Array | null> {
  const CiphertextBlob = Buffer.from(secret.ciphertext ?? '', 'base64');
  const EncryptionContext = { ...secret.context };
  const command = new DecryptCommand({ KeyId: about.keyId, CiphertextBlob, EncryptionContext });
  try {
    const { Plaintext: plain } = await client.send(command);
    if (plain !== undefined) return plain;
  } catch (error) {
    const reason = refusalIn(about.service, error);
    if (notEnabled.includes(reason)) return null;
    throw dataKeyUnusable(about, secret.id, reason);
  }
  throw dataKeyUnusable(about, secret.id, 'KMS gives nothing out');
}
