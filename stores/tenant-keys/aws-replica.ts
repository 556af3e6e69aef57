import {
  DescribeKeyCommand,
  type KMSClient,
  KMSServiceException,
  ReplicateKeyCommand,
} from '@aws-sdk/client-kms';
import { setTimeout as pause } from 'node:timers/promises';
import type { TenantKey } from './port.ts';

const readyMs = 120_000;
const askEveryMs = 1_000;

/**
 * Makes the replica of a multi-region key where it is missing, with the primary's policy, description and tags, and
 * waits until it can be used (at most 2 minutes). Undefined when it does not come to that. Throws what the SDK throws.
 */
export async function ensureReplica(
  clients: { readonly primary: KMSClient; readonly replica: KMSClient },
  region: string,
  key: TenantKey,
): Promise<{ readonly keyId: string; readonly made: boolean } | undefined> {
  const keyId = key.keyId.replace(/^(arn:[^:]+:kms:)[^:]+:/, `$1${region}:`);
  const made = (await stateOf(clients.replica, keyId)) === undefined;
  if (made) {
    const policy = key.policies['default'];
    await clients.primary.send(
      new ReplicateKeyCommand({
        KeyId: key.keyId.replace(/^arn:.*:key\//, ''),
        ReplicaRegion: region,
        Description: key.description,
        Tags: Object.entries(key.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        ...(policy === undefined ? {} : { Policy: policy }),
      }),
    );
  }
  const end = performance.now() + readyMs;
  for (let state = await stateOf(clients.replica, keyId); ; state = await stateOf(clients.replica, keyId)) {
    if (state === 'Enabled') return { keyId, made };
    if (state !== undefined && state !== 'Creating' && state !== 'Updating') return undefined;
    if (performance.now() > end) return undefined;
    await pause(askEveryMs);
  }
}

async function stateOf(client: KMSClient, keyId: string): Promise<string | undefined> {
  try {
    const { KeyMetadata: metadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
    return metadata?.KeyState;
  } catch (error) {
    if (error instanceof KMSServiceException && error.name === 'NotFoundException') return undefined;
    throw error;
  }
}
