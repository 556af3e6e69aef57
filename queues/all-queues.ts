import { backupScheduler } from './backup-scheduler.ts';
import { backupTriggersDeadLetter } from './backup-triggers-dead-letter.ts';
import { backupRestores } from './backup-restores.ts';
import { backupVerifications } from './backup-verifications.ts';
import { backupTriggers } from './backup-triggers.ts';
import { duckdbBackups } from './duckdb-backups.ts';
import { kmsBackups } from './kms-backups.ts';
import { parquetBackups } from './parquet-backups.ts';
import { scheduleChecks } from './schedule-checks.ts';
import { tigerbeetleBackups } from './tigerbeetle-backups.ts';

/** The worker's queue of each type. */
export const backupQueues = {
  tigerbeetle: tigerbeetleBackups,
  duckdb: duckdbBackups,
  parquet: parquetBackups,
  kms: kmsBackups,
} as const;

/** Queues that a route consumes. */
export const consumedQueues = [
  ...Object.values(backupQueues),
  backupVerifications,
  backupRestores,
  backupTriggers,
  scheduleChecks,
] as const;

export const timers = [backupScheduler] as const;

/** Queues that people look into and nothing consumes. */
export const deadLetterQueues = [backupTriggersDeadLetter] as const;

/** Every BullMQ queue that there is, for the board. */
export const allQueues = [...consumedQueues, ...timers, ...deadLetterQueues] as const;
