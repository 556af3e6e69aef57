import { z } from 'zod';
import { backupScope, backupType } from '../../model/backup-kind.ts';
import { backupOrder } from '../../model/backup-order.ts';
import { backupStatuses } from './port.ts';

const count = z.bigint().transform(Number);

/** What `recordColumns` selects, as the port gives it. */
export const backupRecord = z.object({
  id: z.string(),
  backupType,
  backupScope,
  status: z.enum(backupStatuses),
  requestedAt: z.string(),
  startTime: z.string().nullable(),
  endTime: z.string().nullable(),
  backupSizeBytes: count.nullable(),
  plainBytes: count.nullable(),
  backupLocation: z.string().nullable(),
  checksum: z.string().nullable(),
  schedule: z.string().nullable(),
  slot: z.string().nullable(),
  tenantId: z.string().nullable(),
  trigger: backupOrder.shape.trigger,
  requestedBy: z.string(),
  attempt: z.int(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  compression: z.string().nullable(),
  encryption: z.string().nullable(),
  retentionUntil: z.string().nullable(),
  parentId: z.string().nullable(),
  fencingToken: count.nullable(),
  worker: z.string().nullable(),
  reason: z.string(),
  note: z.string().nullable(),
  damage: z.string().nullable(),
});

const instants = new Set(['requestedAt', 'startTime', 'endTime', 'slot', 'retentionUntil']);

/** Backups with what a verification found, from which `recordColumns` are selected. */
export const records = "backup_metadata LEFT JOIN damaged_backups ON backup_id = id AND status = 'completed'";

/** What people are told: a completed backup that was found damaged is `damaged`. */
export const shownStatus = "CASE WHEN damage IS NULL THEN status ELSE 'damaged' END";

/** The columns of a record under the port's names, instants as ISO-8601 with milliseconds. */
export const recordColumns = Object.keys(backupRecord.shape)
  .map((name) => {
    const column = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (name === 'status') return `${shownStatus} AS "status"`;
    return `${instants.has(name) ? `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')` : column} AS "${name}"`;
  })
  .join(', ');
