import { z } from 'zod';
import { backupScope, backupType } from '../../model/backup-kind.ts';
import { instant } from '../../model/backup-order.ts';
import type { BackupScheduleStatus } from '../../processors/get-backup-schedule-status.ts';
import { holdCodes, idleCodes, runCodes } from '../../scheduling/decision.ts';

const rpo = z.strictObject({
  target: z.string().nullable().describe('How old the newest restorable data may be, ISO-8601 duration'),
  ageOfNewestRestorableData: z.int().nonnegative().nullable().describe('Seconds'),
  holds: z.boolean().nullable(),
});

const schedule = z.strictObject({
  name: z.string(),
  type: backupType,
  scope: backupScope,
  interval: z.string().describe('ISO-8601 duration, or the cron expression'),
  timeZone: z.string(),
  lastBackup: instant.nullable(),
  nextBackup: instant.nullable(),
  status: z.string().describe('e.g. ok, due, held, running, `late: blocked by <backup id>`, not-configured'),
  reason: z.string().describe('Why it is due, not due or held back'),
  reasonCode: z.enum([...runCodes, ...holdCodes, ...idleCodes]),
  lateBy: z.string().nullable().describe('The backup that it is late by'),
  running: z.string().nullable(),
  attempt: z.int().positive(),
  nextAttemptAt: instant.nullable(),
  rpo,
  damage: z.string().nullable().describe('Why the newest backup of the type cannot be relied on'),
  enabled: z.boolean(),
});

export const scheduleStatus = z.strictObject({
  enabled: z.boolean().describe('False: nothing is scheduled; backups on demand still run'),
  lockScope: z.enum(['global', 'type']),
  schedules: z.array(schedule),
}) satisfies z.ZodType<BackupScheduleStatus>;
