import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import { CodedError } from '../../errors/coded-error.ts';

/** Wraps small secrets so that the offline recovery key alone opens them. */
export interface RecoveryWrap {
  readonly keyId: string;
  /** RSA-OAEP with SHA-256, for `openssl pkeyutl` or any library. */
  wrap(secret: Uint8Array): string;
}

/** From the public half of the recovery key (PEM, SPKI). Throws `configuration-invalid`. */
export function recoveryWrap(publicPem: string): RecoveryWrap {
  const key = publicKey(publicPem);
  const digest = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
  return {
    keyId: `recovery:${digest.digest('hex').slice(0, 32)}`,
    wrap: (secret) =>
      publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, secret).toString(
        'base64',
      ),
  };
}

function publicKey(pem: string) {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch (error) {
    throw refused(error);
  }
  throw refused();
}

function refused(cause?: unknown): CodedError {
  return new CodedError(
    'configuration-invalid',
    'The public half of the recovery key is not an RSA key in PEM: name the file that was made at set-up.',
    { cause },
  );
}
