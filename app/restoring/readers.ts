import type { BackupRestorer, ProvingReader } from '../../backups/backup-restorer.ts';
import type { BackupCatalog } from '../../backups/backup-taker.ts';
import { createDuckdbRestorer } from '../../backups/duckdb/restorer.ts';
import { createKmsReader } from '../../backups/kms/reader.ts';
import { createParquetRestorer } from '../../backups/parquet/restorer.ts';
import { createLedgerReader } from '../../backups/tigerbeetle/reader.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { createMemoryLedger } from '../../stores/ledger/memory.ts';
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

/** ms; in 2255: a ledger refuses what is ahead of its clock, and times of other ledgers' backups may be ahead of ours. */
const farAhead = 9e12;

/** What verifies backups of a type. */
export function openReader(
  type: BackupType,
  catalog: BackupCatalog,
  configuration: Pick<Configuration, 'sources'>,
): ProvingReader {
  if (type === 'duckdb' || type === 'parquet') return openRestorer(type, catalog, configuration);
  if (type === 'kms') return createKmsReader(catalog);
  const { memoryLimit } = configuration.sources.duckdb;
  return createLedgerReader(catalog, {
    decodeParquet: (file) => decodeParquet(file, memoryLimit),
    emptyLedger: () => createMemoryLedger({ clock: { now: () => farAhead } }),
  });
}
