import { AwsKmsMrkAwareSymmetricKeyringNode, MultiKeyringNode } from '@aws-crypto/client-node';
import { CodedError } from '../../errors/coded-error.ts';
import { kmsClient, type KmsConnection } from '../kms-client.ts';
import { boundedCalls } from './kms-calls.ts';
import type { KeyRing } from './port.ts';
import { readRecoveryRecipient } from './recovery-key.ts';
import { createMessageKeyRing } from './sealed-message.ts';

export interface KmsKeyRingOptions extends Omit<KmsConnection, 'region'> {
  /** ARN of a symmetric key, whose region is asked; the replica of a multi-region key opens what its primary sealed. */
  readonly keyArn: string;
  /** ARNs of keys that sealed earlier backups, and still open them. */
  readonly olderKeyArns?: readonly string[];
  /** PEM file. */
  readonly recoveryPublicKey: string;
  /** For one call with all its tries, ms. */
  readonly deadlineMs?: number;
}

const keyArnShape = /^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/**
 * The key ring of a KMS key, which makes and opens a data key for each object, and of the recovery key beside it; `close`
 * ends its connections. Asks KMS nothing yet. Throws `configuration-invalid`.
 */
export async function openKmsKeyRing(options: KmsKeyRingOptions): Promise<KeyRing & { close(): void }> {
  const { keyArn, olderKeyArns = [], recoveryPublicKey, deadlineMs = 30_000, ...connection } = options;
  const arns = [keyArn, ...olderKeyArns];
  const regions = arns.map(regionOf);
  const recovery = await readRecoveryRecipient(recoveryPublicKey);
  const clients = regions.map((region) => kmsClient({ ...connection, region }));
  const keyrings = (refused: (error: CodedError) => void) =>
    clients.map((client, index) => {
      const arn = arns[index] ?? keyArn;
      const calls = boundedCalls(client, { keyArn: arn, deadlineMs }, refused);
      return new AwsKmsMrkAwareSymmetricKeyringNode({ keyId: arn, client: calls });
    });
  const [generator] = keyrings(() => undefined);
  const keys = createMessageKeyRing({
    keyIds: [keyArn, recovery.keyId],
    encryption: 'AES-256-GCM',
    sealing: new MultiKeyringNode({
      ...(generator === undefined ? {} : { generator }),
      children: [recovery.keyring],
    }),
    opening: (refused) => new MultiKeyringNode({ children: keyrings(refused) }),
  });
  return {
    ...keys,
    close() {
      for (const client of clients) client.destroy();
    },
  };
}

function regionOf(arn: string): string {
  const region = keyArnShape.exec(arn)?.groups?.['region'];
  if (region !== undefined) return region;
  throw new CodedError(
    'configuration-invalid',
    `keys.kmsKeyArn is ${arn === '' ? 'empty' : arn}: it must be the ARN of the key itself, arn:aws:kms:<region>:<account>:key/<id>; an alias could point to another key later, which opens no older backup`,
  );
}
