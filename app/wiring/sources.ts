import type { BackupTaker } from '../../backups/backup-taker.ts';
import { readAddressKey } from '../../backups/sealing/address-key.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Log } from '../../engine/log.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { configuredTypes } from './configured-types.ts';
import { openSourceLedger } from './ledger.ts';
import { openRecoveryWrap, openTenantKeys } from './tenant-keys.ts';

/**
 * What takes backups of a type from its configured source; what only other types need is not loaded. Throws
 * `source-not-configured`.
 */
export async function openTaker(
  type: BackupType,
  configuration: Pick<Configuration, 'sources' | 'keys' | 'redis'>,
  { vault, log }: { readonly vault: Vault; readonly log: Log },
): Promise<BackupTaker> {
  const { duckdb, parquet } = configuration.sources;
  if (type === 'duckdb' && duckdb.file !== null) {
    const { createDuckdbTaker } = await import('../../backups/duckdb/take-backup.ts');
    return createDuckdbTaker({ ...duckdb, file: duckdb.file });
  }
  if (type === 'parquet' && parquet.folder !== null) {
    const { createParquetTaker } = await import('../../backups/parquet/take-backup.ts');
    return createParquetTaker({ folder: parquet.folder, addressKey: await readAddressKey(vault) });
  }
  if (type === 'tigerbeetle' && configuredTypes(configuration).has(type)) {
    const { createTigerbeetleTaker } = await import('../../backups/tigerbeetle/take-backup.ts');
    const { clusterId } = configuration.sources.tigerbeetle;
    return createTigerbeetleTaker({ ledger: await openSourceLedger(configuration, log), clusterId });
  }
  const keys = type === 'kms' ? await openTenantKeys(configuration) : undefined;
  if (keys !== undefined) {
    const { createKmsTaker } = await import('../../backups/kms/take-backup.ts');
    return createKmsTaker({ keys, recovery: await openRecoveryWrap(configuration) });
  }
  throw new CodedError(
    'source-not-configured',
    `no source is configured for backups of type ${type}; set sources.${type}, see docs/configuration.md`,
    { facts: { backupType: type } },
  );
}
