import type { Configuration } from '../../config/configuration.ts';
import { type BackupType, backupTypes } from '../../model/backup-kind.ts';

/** Types whose source is configured. */
export function configuredTypes({ sources }: Pick<Configuration, 'sources'>): ReadonlySet<BackupType> {
  const configured: Readonly<Record<BackupType, boolean>> = {
    tigerbeetle: sources.tigerbeetle.kind === 'redis' || sources.tigerbeetle.addresses !== null,
    duckdb: sources.duckdb.file !== null,
    parquet: sources.parquet.folder !== null,
    kms: sources.kms.kind === 'aws' || (sources.kms.kind === 'local' && sources.kms.file !== null),
  };
  return new Set(backupTypes.filter((type) => configured[type]));
}
