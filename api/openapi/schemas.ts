import { z } from 'zod';
import { roles } from '../auth/roles.ts';
import { backupEvent } from '../../model/backup-event.ts';
import { instant } from '../../model/backup-order.ts';
import { health, live, workers } from './operation-schemas.ts';
import { restore, restoreRecord, restoreReply } from './restore-schemas.ts';
import { verification, verificationReply, verificationStanding } from './verification-schemas.ts';
import { scheduleStatus } from './schedule-schema.ts';
import { backup, backupRecord } from './record-schemas.ts';

const triggerReply = z.strictObject({
  backupId: z.ulid(),
  status: z.enum(['dispatched', 'queued']),
  waitingFor: z.ulid().optional().describe('Id of the backup that it waits for'),
});

const session = z.strictObject({ name: z.string(), role: z.enum(roles), expiresAt: instant });

const problem = z.looseObject({
  type: z.string().describe('A URN that ends in the code'),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().describe('What was wrong, where, and what to do'),
  code: z.string().describe('Stable; listed in docs/errors.md'),
  instance: z.string().describe('The path that was asked for'),
});

const document = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.looseObject({})),
});

/** Bodies of answers, by the name that the document gives them. */
export const responseSchemas = {
  Backup: backup,
  BackupEvents: z.array(backupEvent),
  BackupRecords: z.array(backupRecord),
  Document: document,
  Health: health,
  Live: live,
  Problem: problem,
  Restore: restore,
  RestoreRecords: z.array(restoreRecord),
  RestoreReply: restoreReply,
  Schedule: scheduleStatus,
  Session: session,
  TriggerReply: triggerReply,
  VerificationReply: verificationReply,
  Verifications: z.array(verification),
  VerificationStanding: verificationStanding,
  Workers: workers,
} as const satisfies Record<string, z.ZodType>;
export type ResponseSchemaName = keyof typeof responseSchemas;
