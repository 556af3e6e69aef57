import { route } from '../engine/route.ts';
import { takeBackup } from '../processors/take-backup.ts';
import { duckdbBackups } from '../queues/duckdb-backups.ts';
import { kmsBackups } from '../queues/kms-backups.ts';
import { parquetBackups } from '../queues/parquet-backups.ts';
import { tigerbeetleBackups } from '../queues/tigerbeetle-backups.ts';
import { leaveToPlan } from './error-policies.ts';

export const takeTigerbeetleBackup = route('take-tigerbeetle-backup', leaveToPlan)
  .from(tigerbeetleBackups)
  .process(takeBackup);

export const takeDuckdbBackup = route('take-duckdb-backup', leaveToPlan)
  .from(duckdbBackups)
  .process(takeBackup);

export const takeParquetBackup = route('take-parquet-backup', leaveToPlan)
  .from(parquetBackups)
  .process(takeBackup);

export const takeKmsBackup = route('take-kms-backup', leaveToPlan).from(kmsBackups).process(takeBackup);
