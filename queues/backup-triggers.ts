import { z } from 'zod';
import { queue } from '../engine/endpoint.ts';
import { backupScope, backupType } from '../model/backup-kind.ts';

/** Half a surrogate pair is no character: neither Redis nor the metadata can keep it. */
const wellFormed = z.string().refine((text) => text.isWellFormed(), 'holds half a surrogate pair');

/** What other programs put on this queue to have a backup taken now; documented in docs/operations.md. */
export const backupTriggerMessage = z.strictObject({
  backupType,
  /** `full` when left out. */
  backupScope: backupScope.optional(),
  /** Needed for kms. */
  tenantId: z.uuid().optional(),
  /** Who asks, for the record; `queue` when left out. */
  requestedBy: wellFormed.min(1).max(200).optional(),
  /** The same key within a day names the same backup; the message's id when left out. */
  idempotencyKey: wellFormed.min(1).max(200).optional(),
});
export type BackupTriggerMessage = Readonly<z.infer<typeof backupTriggerMessage>>;

export const backupTriggers = queue('backup-triggers', backupTriggerMessage);
