import { CodedError } from '../../errors/coded-error.ts';
import type { TenantKeys } from '../../stores/tenant-keys/port.ts';
import type { BackupJob, BackupTaker, Taken } from '../backup-taker.ts';
import type { KmsDetails } from './manifest.ts';
import { noteOf } from './note.ts';
import { type TakenTenant, takeTenant } from './take-tenant.ts';
import type { RecoveryWrap } from './wrap-for-recovery.ts';

export interface KmsTakerOptions {
  readonly keys: TenantKeys;
  readonly recovery: RecoveryWrap;
}

/**
 * Backs up what can be had of tenants' keys: everything about them, the proof that they work, their replica in the
 * second region, and the secrets that they wrap, wrapped for the recovery key, too. On demand one tenant; by schedule
 * all of them. A key that does not work fails the backup and is named: a backup that can restore half is none.
 */
export function createKmsTaker({ keys, recovery }: KmsTakerOptions): BackupTaker {
  return {
    type: 'kms',
    async take(job: BackupJob): Promise<Taken> {
      const tenants: TakenTenant[] = [];
      const tenantIds = await tenantsOf(job, keys);
      for (const [index, tenantId] of tenantIds.entries()) {
        job.signal.throwIfAborted();
        tenants.push(await takeTenant({ keys, recovery, job }, tenantId, `tenant-${index + 1}`));
      }
      const details: KmsDetails = {
        recoveryKeyId: recovery.keyId,
        tenants: tenants.map((tenant) => tenant.details),
      };
      return {
        scope: 'full',
        snapshotAt: new Date().toISOString(),
        parent: null,
        compression: 'none',
        note: noteOf(tenants, { service: keys.service, tenantIds: await keyless(job, keys, tenantIds) }),
        objects: tenants.flatMap(({ objects }) => objects),
        source: { service: keys.service, replicaRegion: keys.replicaRegion },
        details,
      };
    },
  };
}

async function tenantsOf({ order }: BackupJob, keys: TenantKeys): Promise<readonly string[]> {
  if (order.tenantId !== null) return [order.tenantId.toLowerCase()];
  if (order.schedule !== null) return keys.tenants();
  throw new CodedError('invalid-request', 'Tenant ID required for KMS backup: give tenantId, a UUID.');
}

/** Tenants that a backup of all leaves out: they have secrets, and no key. */
async function keyless(
  { order }: BackupJob,
  keys: TenantKeys,
  taken: readonly string[],
): Promise<readonly string[]> {
  if (order.tenantId !== null) return [];
  const withKeys = new Set(taken);
  return (await keys.tenantsWithSecrets()).filter((tenantId) => !withKeys.has(tenantId));
}
