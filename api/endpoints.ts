import { backupEvents } from './endpoints/backup-events.ts';
import { backupHistory } from './endpoints/backup-history.ts';
import { backupProgress } from './endpoints/backup-progress.ts';
import { backupSchedule } from './endpoints/backup-schedule.ts';
import { health, live, ready } from './endpoints/health.ts';
import { openapiOf } from './endpoints/openapi.ts';
import { restoreProgress } from './endpoints/restore-progress.ts';
import { listRestores, showRestore } from './endpoints/restores.ts';
import { endSession, startSession } from './endpoints/session.ts';
import { showBackup } from './endpoints/show-backup.ts';
import { startRestore } from './endpoints/start-restore.ts';
import { triggerBackup } from './endpoints/trigger-backup.ts';
import { listVerifications, showVerification, startVerification } from './endpoints/verifications.ts';
import { workers } from './endpoints/workers.ts';
import type { Endpoint } from './endpoint.ts';

/** Of two paths that match, the first is meant. */
const described: readonly Endpoint[] = [
  triggerBackup,
  backupSchedule,
  backupHistory,
  showBackup,
  backupEvents,
  backupProgress,
  startVerification,
  listVerifications,
  showVerification,
  startRestore,
  listRestores,
  showRestore,
  restoreProgress,
  workers,
  live,
  ready,
  health,
  startSession,
  endSession,
];

/** The whole API: who may do what at which path. */
export const endpoints: readonly Endpoint[] = [...described, openapiOf(described)];
