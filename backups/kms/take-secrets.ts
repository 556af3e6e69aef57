import { CodedError } from '../../errors/coded-error.ts';
import type { TenantKeys } from '../../stores/tenant-keys/port.ts';
import type { BackupJob } from '../backup-taker.ts';
import { type SecretsRecord, secretsRecord } from './manifest.ts';
import type { RecoveryWrap } from './wrap-for-recovery.ts';

/** What taking a tenant's keys needs. */
export interface TakingTools {
  readonly keys: TenantKeys;
  readonly recovery: RecoveryWrap;
  readonly job: BackupJob;
}

/**
 * All secrets of a tenant, wrapped for the recovery key; those that a disabled key keeps, as their service keeps them
 * alone.
 */
export async function takeSecrets(
  { keys, recovery, job }: TakingTools,
  tenantId: string,
): Promise<SecretsRecord> {
  const secrets: SecretsRecord['secrets'] = [];
  for (const secret of await keys.secrets(tenantId)) {
    job.signal.throwIfAborted();
    const plain = await keys.unwrap(tenantId, secret);
    try {
      if (plain !== null && plain.length > recovery.maxBytes) {
        throw tooLong(tenantId, secret.id, { bytes: plain.length, maxBytes: recovery.maxBytes });
      }
      const forRecoveryKey = plain && recovery.wrap(plain);
      secrets.push({ ...secret, context: { ...secret.context }, forRecoveryKey });
    } finally {
      plain?.fill(0);
    }
  }
  return secretsRecord.parse({ format: 1, tenantId, recoveryKeyId: recovery.keyId, secrets });
}

function tooLong(
  tenantId: string,
  secretId: string,
  { bytes, maxBytes }: { readonly bytes: number; readonly maxBytes: number },
): CodedError {
  return new CodedError(
    'tenant-key-unusable',
    `Secret ${secretId} of tenant ${tenantId} cannot be wrapped for the recovery key: it has ${bytes} bytes, and that key takes ${maxBytes}. Seal it with a data key, list that data key in its place, and keep what it seals with your data.`,
    { facts: { tenantId, secretId, bytes, maxBytes } },
  );
}
