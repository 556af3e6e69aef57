import { KMS } from '@aws-sdk/client-kms';
import { KmsKeyringNode, MultiKeyringNode } from '@aws-crypto/client-node';
import { CodedError } from '../../errors/coded-error.ts';
import type { KeyRing } from './port.ts';
import { readRecoveryRecipient } from './recovery-key.ts';
import { createMessageKeyRing } from './sealed-message.ts';

export interface KmsKeyRingOptions {
  /** ARN of the key (no alias: what was sealed names the key itself). */
  readonly keyArn: string;
  /** ARNs of keys that sealed earlier backups, and still open them. */
  readonly olderKeyArns?: readonly string[];
  /** PEM file of the public half of the recovery key. */
  readonly recoveryPublicKey: string;
  /** Where KMS is not AWS's own. */
  readonly endpoint?: string;
  /** The SDK's own chain unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** KMS as the AWS Encryption SDK calls it. */
type EsdkKms = Exclude<ReturnType<KmsKeyringNode['clientProvider']>, false>;

const connectMs = 5_000;
const answerMs = 15_000;

/** A key ring whose working key never leaves AWS KMS. Throws `configuration-invalid`; streams fail with `keys-unavailable`. */
export async function openKmsKeyRing(options: KmsKeyRingOptions): Promise<KeyRing> {
  const { keyArn, olderKeyArns = [] } = options;
  const wrong = [keyArn, ...olderKeyArns].find((arn) => regionOf(arn) === undefined);
  if (wrong !== undefined) {
    throw new CodedError(
      'configuration-invalid',
      `${JSON.stringify(wrong)} is no ARN of a KMS key: give arn:aws:kms:<region>:<account>:key/<id>, no alias`,
    );
  }
  const recovery = await readRecoveryRecipient(options.recoveryPublicKey);
  const failure: { latest: string | undefined } = { latest: undefined };
  const clients = new Map<string, EsdkKms>();
  const clientProvider = (region: string): EsdkKms => {
    const client = clients.get(region) ?? watched(connect(region, options), failure);
    clients.set(region, client);
    return client;
  };
  return createMessageKeyRing({
    keyIds: [keyArn, recovery.keyId],
    encryption: 'AES-256-GCM',
    sealing: new MultiKeyringNode({
      generator: new KmsKeyringNode({ clientProvider, generatorKeyId: keyArn }),
      children: [recovery.keyring],
    }),
    opening: new MultiKeyringNode({
      children: [new KmsKeyringNode({ clientProvider, keyIds: [keyArn, ...olderKeyArns] })],
    }),
    unavailable: () =>
      failure.latest === undefined
        ? undefined
        : new CodedError('keys-unavailable', `KMS does not let ${keyArn} be used: ${failure.latest}`, {
            facts: { keyId: keyArn, reason: failure.latest },
          }),
  });
}

/** A client that never waits for ever: each try has a deadline, and there are three. */
function connect(region: string, { endpoint, credentials }: KmsKeyRingOptions): KMS {
  return new KMS({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  });
}

/**
 * The three calls that the SDK makes, noting what KMS refused last: the SDK folds its errors into one text, in which a
 * key service that does not answer looks like a damaged object.
 */
function watched(client: KMS, failure: { latest: string | undefined }): EsdkKms {
  const noted = async <Answer extends object>(call: Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await call;
      failure.latest = undefined;
      return answer;
    } catch (error) {
      const { name, code } = error as NodeJS.ErrnoException;
      // Refused because it was not made by this key: the object's fault.
      failure.latest = name === 'InvalidCiphertextException' ? undefined : (code ?? name);
      throw error;
    }
  };
  return {
    async generateDataKey(request) {
      const { KeyId = '', Plaintext, CiphertextBlob } = await noted(client.generateDataKey(request));
      return { KeyId, ...given({ Plaintext, CiphertextBlob }) };
    },
    async encrypt(request) {
      const { KeyId = '', CiphertextBlob } = await noted(client.encrypt(request));
      return { KeyId, ...given({ CiphertextBlob }) };
    },
    async decrypt(request) {
      const { KeyId = '', Plaintext } = await noted(client.decrypt(request));
      return { KeyId, ...given({ Plaintext }) };
    },
  };
}

/** Fields that are there; the SDKs disagree on whether a missing one may be undefined. */
function given<Name extends string>(
  fields: Readonly<Record<Name, Uint8Array | undefined>>,
): Partial<Record<Name, Uint8Array>> {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Partial<Record<Name, Uint8Array>>;
}

function regionOf(arn: string): string | undefined {
  return /^arn:[a-z-]+:kms:([a-z0-9-]+):[0-9]+:key\/[A-Za-z0-9-]+$/.exec(arn)?.[1];
}
