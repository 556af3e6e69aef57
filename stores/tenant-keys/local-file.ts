import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { readPrivateFile, writeNewFile } from '../keys/private-file.ts';
import { wrapWithKey } from './data-key-wrap.ts';

const dataKey = z.strictObject({
  id: z.string().min(1),
  /** Wrapped for the tenant's encryption key. */
  ciphertext: z.base64(),
  context: z.record(z.string(), z.string()),
});
const tenant = z.strictObject({
  description: z.string(),
  tags: z.record(z.string(), z.string()),
  signing: z.strictObject({
    id: z.string(),
    createdAt: z.iso.datetime(),
    enabled: z.boolean(),
    /** Ed25519, PKCS #8 DER. */
    privateKey: z.base64(),
  }),
  encryption: z.strictObject({
    id: z.string(),
    createdAt: z.iso.datetime(),
    enabled: z.boolean(),
    /** 32 bytes. */
    key: z.base64(),
  }),
  dataKeys: z.array(dataKey),
});
const tenants = z
  .record(z.uuid(), tenant)
  .refine((spelled) => byId(spelled).size === Object.keys(spelled).length, 'one tenant, spelled in two ways');
const file = z.strictObject({ format: z.literal(1), tenants });
export type LocalTenant = Readonly<z.infer<typeof tenant>>;

/**
 * Reads the file, which only its owner may read; by tenants' ids in lower case. Throws `configuration-invalid`, without
 * quoting what is in it.
 */
export async function readLocalTenants(path: string): Promise<ReadonlyMap<string, LocalTenant>> {
  const parsed = file.safeParse(json(await readPrivateFile(path)));
  if (parsed.success) return byId(parsed.data.tenants);
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new CodedError(
    'configuration-invalid',
    `${path} is no file of tenants' keys${where === '' ? '' : ` (wrong at ${where})`}: restore it from its copy.`,
    { facts: { file: path } },
  );
}

/**
 * Makes a file (mode 0600) with a signing key, an encryption key and one wrapped data key for each tenant. One that
 * exists is never replaced. Throws `configuration-invalid`.
 */
export async function makeLocalTenantKeys(path: string, tenantIds: readonly string[]): Promise<void> {
  const tenants = Object.fromEntries(tenantIds.map((tenantId) => [tenantId, newTenant(tenantId)]));
  await writeNewFile(path, `${JSON.stringify({ format: 1, tenants }, undefined, 2)}\n`, 0o600);
}

function byId<T>(spelled: Readonly<Record<string, T>>): Map<string, T> {
  return new Map(Object.entries(spelled).map(([tenantId, of]) => [tenantId.toLowerCase(), of]));
}

function newTenant(tenantId: string): LocalTenant {
  const createdAt = new Date().toISOString();
  const key = randomBytes(32);
  const plain = randomBytes(32);
  const context = { tenantId };
  const { privateKey } = generateKeyPairSync('ed25519');
  const made: LocalTenant = {
    description: `Keys of tenant ${tenantId}`,
    tags: {},
    signing: {
      ...{ id: newId(), createdAt, enabled: true },
      privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    },
    encryption: { ...{ id: newId(), createdAt, enabled: true }, key: key.toString('base64') },
    dataKeys: [
      { id: newId(), ciphertext: Buffer.from(wrapWithKey(key, plain, context)).toString('base64'), context },
    ],
  };
  plain.fill(0);
  return made;
}

function newId(): string {
  return `local:${randomBytes(8).toString('hex')}`;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    return undefined;
  }
}
