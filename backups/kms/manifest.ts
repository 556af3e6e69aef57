import { z } from 'zod';
import { keyPurposes } from '../../stores/tenant-keys/port.ts';

const probe = z.strictObject({
  kind: z.enum(['sealed-and-opened', 'signed-and-verified']),
  result: z.base64(),
  probeSha256: z.string(),
});

/** The sealed object of one key: all that its service tells of it, and what proved it. */
export const keyRecord = z.strictObject({
  format: z.literal(1),
  tenantId: z.uuid(),
  purpose: z.enum(keyPurposes),
  keyId: z.string(),
  spec: z.string(),
  enabled: z.boolean(),
  multiRegion: z.boolean(),
  description: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  policies: z.record(z.string(), z.string()),
  aliases: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  grants: z.array(z.string()),
  rotation: z
    .strictObject({
      enabled: z.boolean(),
      periodInDays: z.int().nullable(),
      rotatedAt: z.array(z.string()),
    })
    .nullable(),
  /** PEM (SPKI); null for symmetric keys. */
  publicKey: z.string().nullable(),
  /** Null where the key is disabled, or of a kind that cannot be probed. */
  probe: probe.nullable(),
  replica: z
    .strictObject({
      region: z.string(),
      keyId: z.string(),
      made: z.boolean(),
      /** Null where the key is of a kind that cannot be probed. */
      probe: probe.nullable(),
    })
    .nullable(),
});
export type KeyRecord = Readonly<z.infer<typeof keyRecord>>;

/** A secret of a tenant as its service keeps it, and the same wrapped for the recovery key. */
export const secretRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(['data-key', 'encryption-key', 'signing-key']),
  keyId: z.string().nullable(),
  ciphertext: z.base64().nullable(),
  context: z.record(z.string(), z.string()),
  /**
   * Base64 of RSA-OAEP (SHA-256, MGF1 with SHA-256) under the recovery key's public half; null where its key was not
   * enabled and the service did not give the secret out.
   */
  forRecoveryKey: z.base64().nullable(),
});

/** The sealed object with all secrets of one tenant. */
export const secretsRecord = z.strictObject({
  format: z.literal(1),
  tenantId: z.uuid(),
  recoveryKeyId: z.string(),
  secrets: z.array(secretRecord),
});
export type SecretsRecord = Readonly<z.infer<typeof secretsRecord>>;

/** `details` of a manifest of type kms. */
export const kmsDetails = z.strictObject({
  recoveryKeyId: z.string(),
  tenants: z.array(
    z.strictObject({
      tenantId: z.uuid(),
      secrets: z.int().nonnegative(),
      keys: z.array(
        z.strictObject({
          purpose: z.enum(keyPurposes),
          keyId: z.string(),
          /** Key of the sealed object in the store. */
          object: z.string(),
          enabled: z.boolean(),
          /** `single-region`: a second region is configured, and this key cannot be copied there. */
          replica: z.enum(['none', 'single-region', 'checked', 'made']),
        }),
      ),
    }),
  ),
});
export type KmsDetails = Readonly<z.infer<typeof kmsDetails>>;
