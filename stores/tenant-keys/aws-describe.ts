import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  GetPublicKeyCommand,
  type GrantListEntry,
  type KeyMetadata,
  type KMSClient,
  paginateListAliases,
  paginateListGrants,
  paginateListKeyPolicies,
  paginateListKeyRotations,
  paginateListResourceTags,
} from '@aws-sdk/client-kms';
import type { Facts, KeyPurpose, TenantKey } from './port.ts';

/** Everything that KMS tells of one key. Throws what the SDK throws. */
export async function describeAwsKey(
  client: KMSClient,
  alias: string,
  purpose: KeyPurpose,
): Promise<TenantKey> {
  const { KeyMetadata: metadata } = await client.send(new DescribeKeyCommand({ KeyId: alias }));
  const keyId = metadata?.Arn ?? alias;
  const symmetric = metadata?.KeySpec === 'SYMMETRIC_DEFAULT';
  const secret = symmetric || metadata?.KeyUsage === 'GENERATE_VERIFY_MAC';
  return {
    purpose,
    keyId,
    spec: metadata?.KeySpec ?? 'unknown',
    enabled: metadata?.Enabled === true,
    multiRegion: metadata?.MultiRegion === true,
    description: metadata?.Description ?? '',
    facts: factsOf(metadata),
    policies: await policiesOf(client, keyId),
    aliases: await collect(paginateListAliases({ client }, { KeyId: keyId }), ({ Aliases = [] }) =>
      Aliases.flatMap(({ AliasName: name }) => (name === undefined ? [] : [name])),
    ),
    tags: Object.fromEntries(
      await collect(paginateListResourceTags({ client }, { KeyId: keyId }), ({ Tags = [] }) =>
        Tags.map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? ''] as const),
      ),
    ),
    grants: await collect(paginateListGrants({ client }, { KeyId: keyId }), ({ Grants = [] }) =>
      Grants.map(grantText),
    ),
    rotation: symmetric ? await rotationOf(client, keyId) : null,
    publicKey: secret || metadata?.Enabled !== true ? null : await publicKeyOf(client, keyId),
  };
}

function factsOf(metadata: KeyMetadata | undefined): Facts {
  const configuration = metadata?.MultiRegionConfiguration;
  return {
    createdAt: metadata?.CreationDate?.toISOString() ?? null,
    state: metadata?.KeyState ?? null,
    usage: metadata?.KeyUsage ?? null,
    origin: metadata?.Origin ?? null,
    manager: metadata?.KeyManager ?? null,
    account: metadata?.AWSAccountId ?? null,
    deletionAt: metadata?.DeletionDate?.toISOString() ?? null,
    multiRegionType: configuration?.MultiRegionKeyType ?? null,
    primary: configuration?.PrimaryKey?.Arn ?? null,
    signingAlgorithms: metadata?.SigningAlgorithms?.join(' ') ?? null,
    macAlgorithms: metadata?.MacAlgorithms?.join(' ') ?? null,
    encryptionAlgorithms: metadata?.EncryptionAlgorithms?.join(' ') ?? null,
  };
}

async function policiesOf(client: KMSClient, keyId: string): Promise<Record<string, string>> {
  const names = await collect(
    paginateListKeyPolicies({ client }, { KeyId: keyId }),
    ({ PolicyNames = [] }) => PolicyNames,
  );
  const policies: Record<string, string> = {};
  for (const name of names) {
    const { Policy: text } = await client.send(new GetKeyPolicyCommand({ KeyId: keyId, PolicyName: name }));
    policies[name] = text ?? '';
  }
  return policies;
}

async function rotationOf(client: KMSClient, keyId: string): Promise<NonNullable<TenantKey['rotation']>> {
  const status = await client.send(new GetKeyRotationStatusCommand({ KeyId: keyId }));
  const rotatedAt = await collect(
    paginateListKeyRotations({ client }, { KeyId: keyId }),
    ({ Rotations = [] }) =>
      Rotations.flatMap(({ RotationDate: at }) => (at === undefined ? [] : [at.toISOString()])),
  );
  return {
    enabled: status.KeyRotationEnabled === true,
    periodInDays: status.RotationPeriodInDays ?? null,
    rotatedAt,
  };
}

async function publicKeyOf(client: KMSClient, keyId: string): Promise<string | null> {
  const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (der === undefined) return null;
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

/** Without the grant's token, which would let its bearer use the key. */
function grantText(grant: GrantListEntry): string {
  const { GrantId, Name, GranteePrincipal, RetiringPrincipal, Operations, Constraints, CreationDate } = grant;
  return JSON.stringify({
    ...{ GrantId, Name, GranteePrincipal, RetiringPrincipal, Operations, Constraints, CreationDate },
  });
}

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...items(page));
  return all;
}
