import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import { CodedError } from '../../errors/coded-error.ts';

/** Two digests and two bytes: what OAEP with SHA-256 needs for itself. */
const paddingBytes = 66;

/** Wraps small secrets so that the offline recovery key alone opens them. */
export interface RecoveryWrap {
  readonly keyId: string;
  /** The longest secret that it wraps. */
  readonly maxBytes: number;
  /** RSA-OAEP with SHA-256, for `openssl pkeyutl` or any library. */
  wrap(secret: Uint8Array): string;
}

/** From the public half of the recovery key (PEM, SPKI). Throws `configuration-invalid`. */
export function recoveryWrap(publicPem: string): RecoveryWrap {
  const key = publicKey(publicPem);
  const digest = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
  return {
    keyId: `recovery:${digest.digest('hex').slice(0, 32)}`,
    maxBytes: (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - paddingBytes,
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
