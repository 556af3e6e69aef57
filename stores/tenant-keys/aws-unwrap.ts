import { DecryptCommand, type KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { asked, type KeyAsked } from './aws-call.ts';
import { keyUnusable } from './key-errors.ts';
import type { WrappedSecret } from './port.ts';

/** What KMS says of a key that is disabled, to be deleted, or otherwise not enabled. */
const notEnabled = ['DisabledException', 'KMSInvalidStateException'];

/** A data key, opened by KMS; null where its key is not enabled. */
export async function unwrapDataKey(
  client: KMSClient,
  about: KeyAsked,
  secret: WrappedSecret,
): Promise<Uint8Array | null> {
  const opened = await asked(about, opening(client, about.keyId, secret));
  if (opened === undefined) {
    throw keyUnusable(about.tenantId, about.keyId, `data key ${secret.id} does not open`);
  }
  return opened;
}

async function opening(
  client: KMSClient,
  keyId: string,
  { ciphertext, context }: WrappedSecret,
): Promise<Uint8Array | null | undefined> {
  const CiphertextBlob = Buffer.from(ciphertext ?? '', 'base64');
  const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob, EncryptionContext: { ...context } });
  try {
    const { Plaintext: plain } = await client.send(command);
    return plain;
  } catch (error) {
    if (error instanceof KMSServiceException && notEnabled.includes(error.name)) return null;
    throw error;
  }
}
