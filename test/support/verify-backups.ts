import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { decodeParquet } from '../../app/restoring/decode-parquet.ts';
import type { ProvingReader } from '../../backups/backup-restorer.ts';
import type { BackupCatalog } from '../../backups/backup-taker.ts';
import { createDuckdbRestorer } from '../../backups/duckdb/restorer.ts';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { createParquetRestorer } from '../../backups/parquet/restorer.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { VerificationReport } from '../../backups/verification/report.ts';
import type { VerificationLevel } from '../../model/verification.ts';
import { verifyBackup } from '../../backups/verification/verify-backup.ts';
import { systemClock } from '../../engine/clock.ts';
import { quietLog } from './real-parquet.ts';

/** Verifies as the command does, in a scratch folder below `folder` that must be empty again afterwards. */
export async function verifyIn(
  folder: string,
  vault: Vault,
  type: 'duckdb' | 'parquet' | ((catalog: BackupCatalog) => ProvingReader),
): Promise<(backupId: string, level: VerificationLevel) => Promise<VerificationReport>> {
  const scratch = await mkdtemp(join(folder, 'verify-'));
  return async (backupId, level) => {
    const catalog = createBackupCatalog(vault, quietLog);
    const reader = typeof type === 'function' ? type(catalog) : readerOf(type, catalog);
    const { signal } = new AbortController();
    const quiet = { begin: () => undefined, progress: () => undefined };
    try {
      return await verifyBackup(
        { vault, catalog, reader, clock: systemClock, scratch, signal, ...quiet },
        backupId,
        level,
      );
    } finally {
      expect(await readdir(scratch)).toEqual([]);
    }
  };
}

function readerOf(type: 'duckdb' | 'parquet', catalog: BackupCatalog): ProvingReader {
  return type === 'duckdb'
    ? createDuckdbRestorer(catalog, '300MB')
    : createParquetRestorer(catalog, (file) => decodeParquet(file, '300MB'));
}
