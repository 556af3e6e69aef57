import { z } from 'zod';
import { instant } from '../../model/backup-order.ts';
import { restorableType, restoreOrder } from '../../model/restore-order.ts';
import { type RecoveryRecord, recoveryStatuses } from '../../stores/metadata/recovery-port.ts';
import type { RestoreStanding } from '../open-restores.ts';

const bytes = z.int().nonnegative();

export const restoreRecord = z.strictObject({
  id: z.ulid(),
  backupType: restorableType,
  backupId: z.ulid(),
  at: instant.nullable().describe('The moment that was asked for'),
  to: z.string(),
  tables: restoreOrder.shape.tables,
  tenant: restoreOrder.shape.tenant,
  status: z.enum(recoveryStatuses),
  trigger: restoreOrder.shape.trigger,
  requestedBy: z.string(),
  requestedAt: instant,
  reason: z.string(),
  startTime: instant.nullable(),
  endTime: instant.nullable(),
  worker: z.string().nullable(),
  plainBytes: bytes.nullable(),
  sealedBytes: bytes.nullable(),
  objects: z.int().nonnegative().nullable(),
  counts: z.record(z.string(), z.int()).nullable().describe('What came back: tables and rows, files, …'),
  notes: z.array(z.string()).nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
}) satisfies z.ZodType<RecoveryRecord>;

const standing = z.strictObject({
  restoreId: z.ulid(),
  state: z.enum(['queued', 'running']),
  done: z.int().nonnegative().nullable(),
  total: z.int().nonnegative().nullable(),
  unit: z.enum(['bytes', 'rows']).nullable().describe('Bytes read; then, of a ledger, rows written'),
  alive: z.boolean().describe('False for a running one whose worker is silent'),
}) satisfies z.ZodType<RestoreStanding>;

export const restore = restoreRecord.extend({
  progress: standing.nullable().describe('While it is queued or runs'),
});

export const restoreReply = z.strictObject({
  restoreId: z.ulid().nullable().describe('Null for a dryRun'),
  backupId: z.ulid(),
  to: z.string().describe('The target in full'),
  plan: z.strictObject({
    objects: z.int().nonnegative(),
    plainBytes: bytes,
    sealedBytes: bytes,
    neededBytes: bytes.describe('At most, where the target is'),
    estimatedSeconds: z
      .int()
      .nonnegative()
      .nullable()
      .describe('By what restores of the type took lately; null where there was none'),
    notes: z.array(z.string()).describe('What is chosen and left out, in words'),
  }),
});
