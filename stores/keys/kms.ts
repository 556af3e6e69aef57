import { AwsKmsMrkAwareSymmetricKeyringNode } from '@aws-crypto/kms-keyring-node';
import { MultiKeyringNode } from '@aws-crypto/material-management-node';
import { CodedError } from '../../errors/coded-error.ts';
import { kmsClient, type KmsConnection } from '../kms-client.ts';
import { boundedCalls } from './kms-calls.ts';
import type { KeyRing } from './port.ts';
import { readRecoveryRecipient } from './recovery-key.ts';
import { createMessageKeyRing, createMessageOpener } from './sealed-message.ts';

export interface KmsKeys extends Omit<KmsConnection, 'region'> {
  /** ARN of a symmetric key, whose region is asked; the replica of a multi-region key opens what its primary sealed. */
  readonly keyArn: string;
  /** ARNs of keys that sealed earlier backups, and still open them. */
  readonly olderKeyArns?: readonly string[];
  /** For one call with all its tries, ms. */
  readonly deadlineMs?: number;
}
export interface KmsKeyRingOptions extends KmsKeys {
  /** PEM file. */
  readonly recoveryPublicKey: string;
}

const keyArnShape = /^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/**
 * The key ring of a KMS key, which makes and opens a data key for each object, and of the recovery key beside it; `close`
 * ends its connections. Asks KMS nothing yet. Throws `configuration-invalid`.
 */
export async function openKmsKeyRing(options: KmsKeyRingOptions): Promise<KeyRing & { close(): void }> {
  const { keyrings, ...connection } = connect(options);
  const recovery = await readRecoveryRecipient(options.recoveryPublicKey);
  const [generator] = keyrings(() => undefined);
  const keys = createMessageKeyRing({
    keyIds: [options.keyArn, recovery.keyId],
    encryption: 'AES-256-GCM',
    sealing: new MultiKeyringNode({
      ...(generator === undefined ? {} : { generator }),
      children: [recovery.keyring],
    }),
    opening: (refused) => new MultiKeyringNode({ children: keyrings(refused) }),
  });
  return { ...keys, ...connection };
}

/** What opens with KMS alone, and needs no recovery key beside it: for restores. Throws `configuration-invalid`. */
export function openWithKms(keys: KmsKeys): Pick<KeyRing, 'open'> & { close(): void } {
  const { keyrings, ...connection } = connect(keys);
  return {
    ...createMessageOpener((refused) => new MultiKeyringNode({ children: keyrings(refused) })),
    ...connection,
  };
}

/** A client for each key, and keyrings over them, whose `refused` hears of what KMS refuses. */
function connect({ keyArn, olderKeyArns = [], deadlineMs = 30_000, ...connection }: KmsKeys) {
  const arns = [keyArn, ...olderKeyArns];
  const clients = arns.map((arn) => ({ arn, client: kmsClient({ ...connection, region: regionOf(arn) }) }));
  return {
    keyrings: (refused: (error: CodedError) => void) =>
      clients.map(({ arn, client }) => {
        const calls = boundedCalls(client, { keyArn: arn, deadlineMs }, refused);
        return new AwsKmsMrkAwareSymmetricKeyringNode({ keyId: arn, client: calls });
      }),
    close() {
      for (const { client } of clients) client.destroy();
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
