import { direct, type Tick } from '../engine/endpoint.ts';
import type { BackupKind } from '../model/backup-kind.ts';
import type { KindOrder, OrderOfKind } from '../model/kind-order.ts';
import type { VerificationOrder } from '../model/verification.ts';
import type { BackupHistory } from '../processors/get-backup-history.ts';
import type { PlannedRestore, RestoreRequest } from '../processors/restoring/restore-request.ts';
import type { BackupScheduleStatus } from '../processors/get-backup-schedule-status.ts';
import type {
  AdmittedTrigger,
  BackupTrigger,
  TriggerReply,
  TriggerRequest,
} from '../processors/triggering/backup-trigger.ts';
import type { VerificationRequest } from '../processors/verifying/verification-request.ts';

/** Two checks at once could both see a slot as due, so they go one at a time. Replies what was admitted. */
export const scheduleBackups = direct<Tick, readonly KindOrder[]>('schedule-backups', { oneAtATime: true });

export const triggerBackup = direct<BackupTrigger, AdmittedTrigger>('trigger-backup');
export const triggerBackupApi = direct<TriggerRequest, TriggerReply>('trigger-backup-api');
export const backupSchedule = direct<unknown, BackupScheduleStatus>('get-backup-schedule');
export const backupHistory = direct<unknown, BackupHistory>('get-backup-history');

export const verifyBackupApi = direct<VerificationRequest, VerificationOrder>('verify-backup-api');
/** Replies what was queued. */
export const scheduleVerifications = direct<unknown, readonly VerificationOrder[]>('schedule-verifications');

export const restoreBackupApi = direct<RestoreRequest, PlannedRestore>('restore-backup-api');

/** Where an admitted order goes, by its kind. */
export const backupsByKind = {
  'tigerbeetle-snapshot': kind<'tigerbeetle-snapshot'>('snapshot-tigerbeetle'),
  'tigerbeetle-logs': kind<'tigerbeetle-logs'>('backup-tigerbeetle-logs'),
  'duckdb-full': kind<'duckdb-full'>('export-duckdb-full'),
  'duckdb-incremental': kind<'duckdb-incremental'>('export-duckdb-incremental'),
  'parquet-replication': kind<'parquet-replication'>('replicate-parquet-files'),
  'kms-keys': kind<'kms-keys'>('backup-kms-key'),
} as const;

function kind<Kind extends BackupKind>(name: string) {
  return direct<OrderOfKind<Kind>>(name);
}
