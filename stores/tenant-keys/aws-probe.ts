import {
  constants,
  createHash,
  createPublicKey,
  randomBytes,
  verify,
  type VerifyKeyObjectInput,
} from 'node:crypto';
import {
  DecryptCommand,
  EncryptCommand,
  type EncryptionAlgorithmSpec,
  type KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms';
import type { KeyProbe, TenantKey } from './port.ts';

const provable = /^((RSASSA_PSS|RSASSA_PKCS1_V1_5|ECDSA)_SHA_(256|384|512)|ED25519_SHA_512)$/;

/** Where the probe is made, and where it is proven: two regions for a replica. */
export interface ProbePlaces {
  readonly making: { readonly client: KMSClient; readonly keyId: string };
  readonly proving: { readonly client: KMSClient; readonly keyId: string };
}

/** Seals in one place and opens in the other; undefined when what comes out is not what went in. */
export async function sealAndOpen(places: ProbePlaces, key: TenantKey): Promise<KeyProbe | undefined> {
  const probe = randomBytes(32);
  const [algorithm] = String(key.facts['encryptionAlgorithms'] ?? '').split(' ');
  const symmetric = key.spec === 'SYMMETRIC_DEFAULT';
  const how = {
    ...(symmetric ? { EncryptionContext: { purpose: 'backup-probe' } } : {}),
    ...(symmetric || algorithm === undefined
      ? {}
      : { EncryptionAlgorithm: algorithm as EncryptionAlgorithmSpec }),
  };
  const { CiphertextBlob: sealed } = await places.making.client.send(
    new EncryptCommand({ KeyId: places.making.keyId, Plaintext: probe, ...how }),
  );
  const { Plaintext: opened } = await places.proving.client.send(
    new DecryptCommand({ KeyId: places.proving.keyId, CiphertextBlob: sealed, ...how }),
  );
  if (sealed === undefined || opened === undefined || !probe.equals(opened)) return undefined;
  return proof('sealed-and-opened', probe, sealed);
}

/** Signs there, and verifies here with the public key that the backup holds; undefined when it does not fit. */
export async function signAndVerify(
  place: ProbePlaces['making'],
  key: TenantKey,
): Promise<KeyProbe | undefined> {
  const probe = randomBytes(32);
  const algorithm = algorithmOf(key);
  if (algorithm === undefined || key.publicKey === null) return undefined;
  const { Signature: signature } = await place.client.send(
    new SignCommand({ KeyId: place.keyId, Message: probe, MessageType: 'RAW', SigningAlgorithm: algorithm }),
  );
  if (signature === undefined) return undefined;
  // Ed25519 hashes by itself.
  const hash = algorithm === 'ED25519_SHA_512' ? null : `sha${algorithm.slice(-3)}`;
  if (!verify(hash, probe, verification(key.publicKey, algorithm), signature)) return undefined;
  return proof('signed-and-verified', probe, signature);
}

/** False for keys that sign, and whose signatures nothing here verifies: HMAC (no public key), ML-DSA, SM2. */
export function canProve(key: TenantKey): boolean {
  if (key.purpose !== 'signing') return true;
  if (key.facts['usage'] === 'GENERATE_VERIFY_MAC') return false;
  return key.facts['usage'] !== 'SIGN_VERIFY' || algorithmOf(key) !== undefined;
}

/** Of those that the key offers, one that node:crypto verifies by itself. */
function algorithmOf(key: TenantKey): SigningAlgorithmSpec | undefined {
  const offered = String(key.facts['signingAlgorithms'] ?? '').split(' ');
  return offered.find((name) => provable.test(name)) as SigningAlgorithmSpec | undefined;
}

function verification(publicKey: string, algorithm: string): VerifyKeyObjectInput {
  const key = createPublicKey(publicKey);
  if (!algorithm.startsWith('RSASSA_PSS')) return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function proof(kind: KeyProbe['kind'], probe: Uint8Array, result: Uint8Array): KeyProbe {
  const probeSha256 = createHash('sha256').update(probe).digest('hex');
  return { kind, result: Buffer.from(result).toString('base64'), probeSha256 };
}
