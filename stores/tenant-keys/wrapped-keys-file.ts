import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { WrappedSecret } from './port.ts';

const wrappedKeysFile = z.strictObject({
  format: z.literal(1),
  tenants: z.record(
    z.uuid(),
    z.array(
      z.strictObject({
        id: z.string().min(1),
        /** What KMS returned as CiphertextBlob. */
        ciphertext: z.base64(),
        /** The encryption context it was made with. */
        context: z.record(z.string(), z.string()),
        keyId: z.string().nullable(),
      }),
    ),
  ),
});

/**
 * Data keys that applications keep, wrapped for a tenant's key in KMS, from a JSON file:
 * `{"format":1,"tenants":{"<tenant id>":[{"id","keyId","ciphertext","context"}]}}`. By tenants' ids in lower case, however
 * the file spells them. Throws `configuration-invalid`.
 */
export async function readWrappedKeys(path: string): Promise<ReadonlyMap<string, readonly WrappedSecret[]>> {
  let parsed;
  try {
    parsed = wrappedKeysFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new CodedError(
      'configuration-invalid',
      `The file of wrapped data keys ${path} cannot be used: ${errorText(error)}`,
      { cause: error, facts: { file: path } },
    );
  }
  const tenants = new Map<string, readonly WrappedSecret[]>();
  for (const [spelled, keys] of Object.entries(parsed.tenants)) {
    const tenantId = spelled.toLowerCase();
    const secrets = keys.map((key) => ({ ...key, kind: 'data-key' as const }));
    tenants.set(tenantId, [...(tenants.get(tenantId) ?? []), ...secrets]);
  }
  return tenants;
}
