import { route } from '../engine/route.ts';
import { duckdbBackups } from '../queues/duckdb-backups.ts';
import { kmsBackups } from '../queues/kms-backups.ts';
import { parquetBackups } from '../queues/parquet-backups.ts';
import { tigerbeetleBackups } from '../queues/tigerbeetle-backups.ts';
import { backupsByKind } from './direct-endpoints.ts';
import { answerWithError } from './error-policies.ts';

export const snapshotTigerbeetle = route('snapshot-tigerbeetle', answerWithError)
  .from(backupsByKind['tigerbeetle-snapshot'])
  .to(tigerbeetleBackups);

export const backupTigerbeetleLogs = route('backup-tigerbeetle-logs', answerWithError)
  .from(backupsByKind['tigerbeetle-logs'])
  .to(tigerbeetleBackups);

export const exportDuckdbFull = route('export-duckdb-full', answerWithError)
  .from(backupsByKind['duckdb-full'])
  .to(duckdbBackups);

export const exportDuckdbIncremental = route('export-duckdb-incremental', answerWithError)
  .from(backupsByKind['duckdb-incremental'])
  .to(duckdbBackups);

export const replicateParquetFiles = route('replicate-parquet-files', answerWithError)
  .from(backupsByKind['parquet-replication'])
  .to(parquetBackups);

export const backupKmsKey = route('backup-kms-key', answerWithError)
  .from(backupsByKind['kms-keys'])
  .to(kmsBackups);
