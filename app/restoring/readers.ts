import type { BackupReader, BackupRestorer } from '../../backups/backup-restorer.ts';
import type { BackupCatalog } from '../../backups/backup-taker.ts';
import { createDuckdbRestorer } from '../../backups/duckdb/restorer.ts';
import { createKmsReader } from '../../backups/kms/reader.ts';
import { createParquetRestorer } from '../../backups/parquet/restorer.ts';
import { createSealedReader } from '../../backups/verification/sealed-reader.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { decodeParquet } from './decode-parquet.ts';

/** Types that are restored into a file or a folder. */
export type FileType = Extract<BackupType, 'duckdb' | 'parquet'>;

export function openRestorer(
  type: FileType,
  catalog: BackupCatalog,
  { sources }: Pick<Configuration, 'sources'>,
): BackupRestorer {
  const { memoryLimit } = sources.duckdb;
  if (type === 'duckdb') return createDuckdbRestorer(catalog, memoryLimit);
  return createParquetRestorer(catalog, (file) => decodeParquet(file, memoryLimit));
}

/** What verifies backups of a type. */
export function openReader(
  type: BackupType,
  catalog: BackupCatalog,
  configuration: Pick<Configuration, 'sources'>,
): BackupReader {
  if (type === 'duckdb' || type === 'parquet') return openRestorer(type, catalog, configuration);
  return type === 'kms' ? createKmsReader(catalog) : createSealedReader(type, catalog);
}
