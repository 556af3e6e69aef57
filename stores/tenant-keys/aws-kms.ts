import type { KMSClient } from '@aws-sdk/client-kms';
import { kmsClient, type KmsConnection } from '../kms-client.ts';
import { tenantAliases } from './aws-aliases.ts';
import { asked, askedForAliases } from './aws-call.ts';
import { describeAwsKey } from './aws-describe.ts';
import { canProve, sealAndOpen, signAndVerify } from './aws-probe.ts';
import { ensureReplica } from './aws-replica.ts';
import { unwrapDataKey } from './aws-unwrap.ts';
import { keyUnusable, tenantNotFound } from './key-errors.ts';
import { keyPurposes, type KeyReplica, type TenantKey, type TenantKeys, type WrappedSecret } from './port.ts';
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
  const aliases = tenantAliases(client, aliasPattern);
  const wrappedKeys = async () =>
    options.wrappedKeysFile === null
      ? new Map<string, readonly WrappedSecret[]>()
      : readWrappedKeys(options.wrappedKeysFile);
  const about = (tenantId: string, keyId: string) => ({ service, tenantId, keyId });
  return {
    service,
    replicaRegion,
    tenants: () => askedForAliases(service, aliases.tenants()),
    async keys(tenantId) {
      const keys: TenantKey[] = [];
      for (const purpose of keyPurposes) {
        const usual = about(tenantId, aliases.spelled(tenantId, purpose));
        const [first, ...more] = await asked(usual, aliases.find(tenantId, purpose));
        if (first === undefined) continue;
        const other = more.find(({ keyId }) => keyId !== first.keyId);
        // Which of them is the tenant's, nobody knows: a backup of one would leave the other out.
        if (other) throw keyUnusable(tenantId, first.alias, `${other.alias} names another key`);
        const described = describeAwsKey(client, first.alias, purpose);
        keys.push(await asked(about(tenantId, first.alias), described));
      }
      if (keys.length === 0) throw tenantNotFound(tenantId, service);
      return keys;
    },
    async probe(tenantId, key) {
      if (!canProve(key)) return null;
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
    secrets: async (tenantId) => (await wrappedKeys()).get(tenantId.toLowerCase()) ?? [],
    async tenantsWithSecrets() {
      const withSome = [...(await wrappedKeys())].filter(([, secrets]) => secrets.length > 0);
      return withSome.map(([tenantId]) => tenantId).sort();
    },
    unwrap(tenantId, secret) {
      const keyId = secret.keyId ?? aliases.spelled(tenantId, 'encryption');
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

async function provenReplica(
  clients: { readonly primary: KMSClient; readonly replica: KMSClient },
  region: string,
  key: TenantKey,
): Promise<KeyReplica | undefined> {
  const ensured = await ensureReplica(clients, region, key);
  if (ensured === undefined) return undefined;
  if (!canProve(key)) return { region, ...ensured, probe: null };
  const there = { client: clients.replica, keyId: ensured.keyId };
  const here = { client: clients.primary, keyId: key.keyId };
  const probe =
    key.purpose === 'signing'
      ? await signAndVerify(there, key)
      : await sealAndOpen({ making: here, proving: there }, key);
  return probe && { region, ...ensured, probe };
}
