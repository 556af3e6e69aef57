import { readFile } from 'node:fs/promises';
import { recoveryWrap } from '../../backups/kms/wrap-for-recovery.ts';
import type { Configuration } from '../../config/configuration.ts';
import { createLocalTenantKeys } from '../../stores/tenant-keys/local.ts';
import type { TenantKeys } from '../../stores/tenant-keys/port.ts';

/** Where tenants' keys live by the configuration; undefined where no such source is configured. */
export async function openTenantKeys({
  sources,
}: Pick<Configuration, 'sources'>): Promise<TenantKeys | undefined> {
  const { kind, file, region, endpoint, replicaEndpoint, ...aws } = sources.kms;
  if (kind === 'local' && file !== null) return createLocalTenantKeys(file);
  if (kind !== 'aws') return undefined;
  const { createAwsTenantKeys } = await import('../../stores/tenant-keys/aws-kms.ts');
  return createAwsTenantKeys({
    ...aws,
    region,
    ...(endpoint === null ? {} : { endpoint }),
    ...(replicaEndpoint === null ? {} : { replicaEndpoint }),
  });
}

/** Wraps tenants' secrets for the recovery key of the configuration. Throws `configuration-invalid`. */
export async function openRecoveryWrap({ keys }: Pick<Configuration, 'keys'>) {
  return recoveryWrap(await readFile(keys.recoveryPublicKey, 'utf8'));
}
