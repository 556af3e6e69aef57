import {
  DescribeKeyCommand,
  type KMSClient,
  KMSServiceException,
  paginateListAliases,
} from '@aws-sdk/client-kms';
import { type KeyPurpose, keyPurposes } from './port.ts';

const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** So long a listing tells how aliases are spelled. */
const freshMs = 60_000;

/** An alias that there is, and the key it names. */
interface NamedKey {
  readonly alias: string;
  readonly keyId: string;
}

/**
 * Finds tenants' keys by their aliases. KMS minds the case of an alias, a UUID does not: a tenant is known in lower case,
 * however its aliases are spelled. Every call throws what the SDK throws.
 */
export interface TenantAliases {
  /** Ids of all tenants that have an alias, in lower case, sorted. */
  tenants(): Promise<readonly string[]>;
  /** The aliases that there are for one key; more than one where its tenant is spelled in several ways. */
  find(tenantId: string, purpose: KeyPurpose): Promise<readonly NamedKey[]>;
  /** An alias as it was found last; in lower case until then. */
  spelled(tenantId: string, purpose: KeyPurpose): string;
}

/** `pattern`: `{tenantId}` and `{purpose}` stand for themselves. */
export function tenantAliases(client: KMSClient, pattern: string): TenantAliases {
  /** By the alias in lower case: the spellings of the last listing, and the one that was found last. */
  let listed: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let listedAt = -Infinity;
  const found = new Map<string, string>();
  const lower = (tenantId: string, purpose: KeyPurpose): string =>
    aliasOf(pattern, tenantId.toLowerCase(), purpose);
  const tenants = async (): Promise<readonly string[]> => {
    const begun = performance.now();
    const spellings = new Map<string, Set<string>>();
    const tenantIds = new Set<string>();
    for (const { alias, tenantId } of await list(client, pattern)) {
      const usual = alias.replaceAll(tenantId, tenantId.toLowerCase());
      spellings.set(usual, (spellings.get(usual) ?? new Set()).add(alias));
      tenantIds.add(tenantId.toLowerCase());
    }
    [listed, listedAt] = [spellings, begun];
    return [...tenantIds].sort();
  };
  const spellingsOf = (usual: string) => new Set([usual, ...(listed.get(usual) ?? [])]);
  return {
    tenants,
    async find(tenantId, purpose) {
      const usual = lower(tenantId, purpose);
      let there = await existing(client, spellingsOf(usual));
      // On demand nothing was listed, or long ago. Many tenants lack one of two keys: they do not each list anew.
      if (there.length === 0 && performance.now() - listedAt > freshMs) {
        await tenants();
        there = await existing(client, spellingsOf(usual));
      }
      if (there[0] !== undefined) found.set(usual, there[0].alias);
      return there;
    },
    spelled: (tenantId, purpose) => {
      const usual = lower(tenantId, purpose);
      return found.get(usual) ?? usual;
    },
  };
}

function aliasOf(pattern: string, tenantId: string, purpose: KeyPurpose): string {
  return pattern.replaceAll('{tenantId}', tenantId).replaceAll('{purpose}', purpose);
}

async function existing(client: KMSClient, aliases: ReadonlySet<string>): Promise<NamedKey[]> {
  const there: NamedKey[] = [];
  for (const alias of aliases) {
    try {
      const { KeyMetadata: metadata } = await client.send(new DescribeKeyCommand({ KeyId: alias }));
      there.push({ alias, keyId: metadata?.Arn ?? alias });
    } catch (error) {
      if (!(error instanceof KMSServiceException) || error.name !== 'NotFoundException') throw error;
    }
  }
  return there;
}

async function list(client: KMSClient, pattern: string) {
  const literal = pattern.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
  const shape = literal
    .replace('{tenantId}', `(?<tenantId>${uuid})`)
    .replace('{purpose}', `(?:${keyPurposes.join('|')})`);
  const matcher = new RegExp(`^${shape}$`);
  const found: { readonly alias: string; readonly tenantId: string }[] = [];
  for await (const { Aliases: aliases = [] } of paginateListAliases({ client }, {})) {
    for (const { AliasName: alias = '' } of aliases) {
      const tenantId = matcher.exec(alias)?.groups?.['tenantId'];
      if (tenantId !== undefined) found.push({ alias, tenantId });
    }
  }
  return found;
}
