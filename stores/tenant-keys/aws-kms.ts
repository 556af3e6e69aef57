import {
  DescribeKeyCommand,
  type KMSClient,
  KMSServiceException,
  paginateListAliases,
} from '@aws-sdk/client-kms';
import { kmsClient, type KmsConnection } from '../kms-client.ts';
import { asked, askedForAliases } from './aws-call.ts';
import { describeAwsKey } from './aws-describe.ts';
import { sealAndOpen, signAndVerify } from './aws-probe.ts';
import { ensureReplica } from './aws-replica.ts';
import { unwrapDataKey } from './aws-unwrap.ts';
import { keyUnusable, tenantNotFound } from './key-errors.ts';
import { type KeyPurpose, keyPurposes, type KeyReplica, type TenantKey, type TenantKeys } from './port.ts';
import { readWrappedKeys } from './wrapped-keys-file.ts';

export interface AwsTenantKeysOptions extends KmsConnection {
  /** Where replicas are kept; null: none. */
  readonly replicaRegion: string | null;
  /** KMS of the second region, where it is not AWS's own. */
  readonly replicaEndpoint?: string;
  /** Alias of a tenant's key: `{tenantId}` and `{purpose}` (`signing`, `encryption`) stand for themselves. */
  readonly aliasPattern?: string;
  /** JSON file of the data keys that applications keep wrapped (wrapped-keys-file.ts); null: none. */
  readonly wrappedKeysFile: string | null;
}

export const defaultAliasPattern = 'alias/tenant/{tenantId}/{purpose}';

/** Tenants' keys in AWS KMS, found by their aliases. Key material never leaves KMS, but for the data keys it unwraps. */
export function createAwsTenantKeys(options: AwsTenantKeysOptions): TenantKeys {
  const { replicaRegion, aliasPattern = defaultAliasPattern } = options;
  const service = `aws-kms ${options.region}`;
  const client = kmsClient(options);
  const replicaClient = replicaRegion === null ? undefined : secondClient(options, replicaRegion);
  const about = (tenantId: string, keyId: string) => ({ service, tenantId, keyId });
  return {
    service,
    replicaRegion,
    tenants: () => askedForAliases(service, tenantsIn(client, aliasPattern)),
    async keys(tenantId) {
      const keys: TenantKey[] = [];
      for (const purpose of keyPurposes) {
        const alias = aliasOf(aliasPattern, tenantId, purpose);
        if (!(await asked(about(tenantId, alias), exists(client, alias)))) continue;
        keys.push(await asked(about(tenantId, alias), describeAwsKey(client, alias, purpose)));
      }
      if (keys.length === 0) throw tenantNotFound(tenantId, service);
      return keys;
    },
    async probe(tenantId, key) {
      const place = { client, keyId: key.keyId };
      const probing =
        key.purpose === 'signing'
          ? signAndVerify(place, key)
          : sealAndOpen({ making: place, proving: place }, key);
      const proven = await asked(about(tenantId, key.keyId), probing);
      if (proven === undefined)
        throw keyUnusable(tenantId, key.keyId, 'its probe does not come back as it was');
      return proven;
    },
    async replica(tenantId, key) {
      if (replicaRegion === null || replicaClient === undefined || !key.multiRegion) return null;
      const clients = { primary: client, replica: replicaClient };
      const replica = await asked(about(tenantId, key.keyId), provenReplica(clients, replicaRegion, key));
      if (replica === undefined) {
        throw keyUnusable(
          tenantId,
          key.keyId,
          `its replica in ${replicaRegion} does not open the same probe`,
        );
      }
      return replica;
    },
    secrets: async (tenantId) =>
      options.wrappedKeysFile === null ? [] : readWrappedKeys(options.wrappedKeysFile, tenantId),
    unwrap(tenantId, secret) {
      const keyId = secret.keyId ?? aliasOf(aliasPattern, tenantId, 'encryption');
      return unwrapDataKey(client, about(tenantId, keyId), secret);
    },
    close() {
      client.destroy();
      replicaClient?.destroy();
    },
  };
}

function secondClient(
  { replicaEndpoint, credentials, silenceMs }: AwsTenantKeysOptions,
  region: string,
): KMSClient {
  return kmsClient({
    region,
    ...(replicaEndpoint === undefined ? {} : { endpoint: replicaEndpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(silenceMs === undefined ? {} : { silenceMs }),
  });
}

function aliasOf(pattern: string, tenantId: string, purpose: KeyPurpose): string {
  return pattern.replaceAll('{tenantId}', tenantId).replaceAll('{purpose}', purpose);
}

async function exists(client: KMSClient, alias: string): Promise<boolean> {
  try {
    await client.send(new DescribeKeyCommand({ KeyId: alias }));
    return true;
  } catch (error) {
    if (error instanceof KMSServiceException && error.name === 'NotFoundException') return false;
    throw error;
  }
}

async function tenantsIn(client: KMSClient, pattern: string): Promise<readonly string[]> {
  const literal = pattern.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  const shape = literal
    .replace('{tenantId}', '(?<tenantId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})')
    .replace('{purpose}', `(?:${keyPurposes.join('|')})`);
  const matcher = new RegExp(`^${shape}$`);
  const found = new Set<string>();
  for await (const { Aliases: aliases = [] } of paginateListAliases({ client }, {})) {
    for (const { AliasName: name = '' } of aliases) {
      const tenantId = matcher.exec(name)?.groups?.['tenantId'];
      if (tenantId !== undefined) found.add(tenantId);
    }
  }
  return [...found].sort();
}

async function provenReplica(
  clients: { readonly primary: KMSClient; readonly replica: KMSClient },
  region: string,
  key: TenantKey,
): Promise<KeyReplica | undefined> {
  const ensured = await ensureReplica(clients, region, key);
  if (ensured === undefined) return undefined;
  const there = { client: clients.replica, keyId: ensured.keyId };
  const here = { client: clients.primary, keyId: key.keyId };
  const probe =
    key.purpose === 'signing'
      ? await signAndVerify(there, key)
      : await sealAndOpen({ making: here, proving: there }, key);
  return probe && { region, ...ensured, probe };
}
