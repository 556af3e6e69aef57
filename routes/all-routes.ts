import type { AnyRoute } from '../engine/route.ts';
import { backupSchedulerRoute } from './backup-scheduler-route.ts';
import {
  backupKmsKey,
  backupTigerbeetleLogs,
  exportDuckdbFull,
  exportDuckdbIncremental,
  replicateParquetFiles,
  snapshotTigerbeetle,
} from './dispatch-by-kind.ts';
import { showBackupHistory } from './get-backup-history.ts';
import { showBackupSchedule } from './get-backup-schedule.ts';
import { recheckSchedules } from './recheck-schedules.ts';
import { restoreBackupByApi, restoreOneBackup } from './restore-backups.ts';
import { scheduleDueBackups } from './schedule-backups.ts';
import { takeDuckdbBackup, takeKmsBackup, takeParquetBackup, takeTigerbeetleBackup } from './take-backups.ts';
import { triggerBackupByApi } from './trigger-backup-api.ts';
import { triggerBackupByQueue } from './trigger-backup-queue.ts';
import { triggerOneBackup } from './trigger-backup.ts';
import { scheduleDueVerifications, verifyBackupByApi, verifyOneBackup } from './verify-backups.ts';

const dispatching = [
  snapshotTigerbeetle,
  backupTigerbeetleLogs,
  exportDuckdbFull,
  exportDuckdbIncremental,
  replicateParquetFiles,
  backupKmsKey,
] as const;

const scheduling = [
  backupSchedulerRoute,
  recheckSchedules,
  scheduleDueBackups,
  scheduleDueVerifications,
] as const;

const serving = [
  triggerOneBackup,
  triggerBackupByApi,
  triggerBackupByQueue,
  showBackupSchedule,
  showBackupHistory,
  verifyBackupByApi,
  restoreBackupByApi,
] as const;

/** Started when a control plane gains leadership, and stopped when it loses it. */
export const leaderRoutes = [...scheduling, ...dispatching] as const;

/** What every control plane runs. */
export const controlPlaneRoutes = [...serving, ...dispatching] as const;

/** What the worker of each kind runs. */
export const workerRoutes = {
  tigerbeetle: takeTigerbeetleBackup,
  duckdb: takeDuckdbBackup,
  parquet: takeParquetBackup,
  kms: takeKmsBackup,
  verification: verifyOneBackup,
  restore: restoreOneBackup,
} as const;

/** Every route that there is. */
export const allRoutes: readonly AnyRoute[] = [
  ...scheduling,
  ...serving,
  ...dispatching,
  ...Object.values(workerRoutes),
];
