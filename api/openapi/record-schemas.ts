import { z } from 'zod';
import { backupScope, backupType } from '../../model/backup-kind.ts';
import { backupOrder, instant } from '../../model/backup-order.ts';
import { type BackupRecord, backupStatuses } from '../../stores/metadata/port.ts';
import { lastVerification } from './verification-schemas.ts';
import type { BackupProgress } from '../admitted.ts';

const bytes = z.int().nonnegative();

export const backupRecord = z.strictObject({
  id: z.ulid(),
  backupType,
  backupScope,
  status: z.enum(backupStatuses),
  requestedAt: instant,
  startTime: instant.nullable(),
  endTime: instant.nullable(),
  backupSizeBytes: bytes.nullable().describe('Sealed bytes; null until completed'),
  plainBytes: bytes.nullable(),
  backupLocation: z.string().nullable(),
  checksum: z.string().nullable().describe('SHA-256 of manifest.json, which binds every object'),
  schedule: z.string().nullable(),
  slot: instant.nullable(),
  tenantId: z.uuid().nullable(),
  trigger: backupOrder.shape.trigger,
  requestedBy: z.string(),
  attempt: z.int().positive(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  compression: z.string().nullable(),
  encryption: z.string().nullable(),
  retentionUntil: instant.nullable(),
  parentId: z.ulid().nullable(),
  fencingToken: z.int().positive().nullable(),
  worker: z.string().nullable(),
  reason: z.string(),
  note: z.string().nullable(),
  damage: z.string().nullable().describe('What a verification found, of a damaged one'),
  lastVerification: lastVerification.nullable(),
}) satisfies z.ZodType<BackupRecord>;

export const progress = z.strictObject({
  backupId: z.ulid(),
  attempt: z.int().positive(),
  state: z.enum(['waiting', 'dispatched', 'running']),
  since: instant,
  bytes: bytes.nullable().describe('Read from the source so far'),
  lastByteAt: instant.nullable(),
  held: z.boolean().describe('False for a running one whose worker has died'),
}) satisfies z.ZodType<BackupProgress>;

export const backup = backupRecord.extend({
  progress: progress.nullable().describe('While it waits or runs'),
});
