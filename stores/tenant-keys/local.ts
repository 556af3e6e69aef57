import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { unwrapWithKey, wrapWithKey } from './data-key-wrap.ts';
import { keyUnusable, tenantNotFound } from './key-errors.ts';
import { type LocalTenant, readLocalTenants } from './local-file.ts';
import type { KeyProbe, TenantKey, TenantKeys, WrappedSecret } from './port.ts';

/**
 * Tenants' keys in a file, read anew with each question. It gives the keys themselves out, to be wrapped for the
 * recovery key.
 */
export function createLocalTenantKeys(path: string): TenantKeys {
  const find = async (tenantId: string): Promise<LocalTenant> => {
    const found = (await readLocalTenants(path)).get(tenantId.toLowerCase());
    if (found === undefined) throw tenantNotFound(tenantId, 'local');
    return found;
  };
  const tenants = async () => [...(await readLocalTenants(path)).keys()].sort();
  return {
    service: 'local',
    replicaRegion: null,
    tenants,
    keys: async (tenantId) => describe(await find(tenantId)),
    async probe(tenantId, key) {
      const tenant = await find(tenantId);
      return key.purpose === 'signing' ? signed(tenantId, tenant, key) : sealed(tenantId, tenant, key);
    },
    replica: () => Promise.resolve(null),
    tenantsWithSecrets: tenants,
    secrets: async (tenantId) => secretsOf(await find(tenantId)),
    unwrap: async (tenantId, secret) => unwrap(tenantId, await find(tenantId), secret),
    close: () => undefined,
  };
}

function describe({ description, tags, signing, encryption }: LocalTenant): TenantKey[] {
  const shared = {
    multiRegion: false,
    description,
    policies: {},
    aliases: [],
    tags,
    grants: [],
    rotation: null,
  };
  return [
    {
      ...shared,
      ...{ purpose: 'signing', keyId: signing.id, spec: 'ED25519', enabled: signing.enabled },
      facts: { createdAt: signing.createdAt },
      publicKey: createPublicKey(privateKey(signing)).export({ type: 'spki', format: 'pem' }).toString(),
    },
    {
      ...shared,
      ...{ purpose: 'encryption', keyId: encryption.id, spec: 'AES_256', enabled: encryption.enabled },
      facts: { createdAt: encryption.createdAt },
      publicKey: null,
    },
  ];
}

function privateKey({ privateKey: der }: LocalTenant['signing']): KeyObject {
  return createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'pkcs8' });
}

function signed(tenantId: string, { signing }: LocalTenant, key: TenantKey): KeyProbe {
  const probe = randomBytes(32);
  const signature = sign(null, probe, privateKey(signing));
  if (key.publicKey === null || !verify(null, probe, key.publicKey, signature)) {
    throw keyUnusable(tenantId, key.keyId, 'its public key does not verify what it signs');
  }
  return proof('signed-and-verified', probe, signature);
}

function sealed(tenantId: string, { encryption }: LocalTenant, key: TenantKey): KeyProbe {
  const secret = Buffer.from(encryption.key, 'base64');
  const probe = randomBytes(32);
  const context = { tenantId, purpose: 'probe' };
  const result = wrapWithKey(secret, probe, context);
  if (!probe.equals(unwrapWithKey(secret, result, context))) {
    throw keyUnusable(tenantId, key.keyId, 'it does not open what it seals');
  }
  return proof('sealed-and-opened', probe, result);
}

function proof(kind: KeyProbe['kind'], probe: Uint8Array, result: Uint8Array): KeyProbe {
  const probeSha256 = createHash('sha256').update(probe).digest('hex');
  return { kind, result: Buffer.from(result).toString('base64'), probeSha256 };
}

function secretsOf({ signing, encryption, dataKeys }: LocalTenant): WrappedSecret[] {
  const bare = { keyId: null, ciphertext: null, context: {} };
  return [
    { ...bare, id: signing.id, kind: 'signing-key' },
    { ...bare, id: encryption.id, kind: 'encryption-key' },
    ...dataKeys.map((key) => ({ ...key, kind: 'data-key' as const, keyId: encryption.id })),
  ];
}

function unwrap(tenantId: string, tenant: LocalTenant, secret: WrappedSecret): Uint8Array {
  if (secret.id === tenant.signing.id) return Buffer.from(tenant.signing.privateKey, 'base64');
  if (secret.id === tenant.encryption.id) return Buffer.from(tenant.encryption.key, 'base64');
  try {
    const key = Buffer.from(tenant.encryption.key, 'base64');
    return unwrapWithKey(key, Buffer.from(secret.ciphertext ?? '', 'base64'), secret.context);
  } catch {
    throw keyUnusable(tenantId, tenant.encryption.id, `data key ${secret.id} does not open`);
  }
}
