import { z } from 'zod';
import { backupKind, backupScope, backupType } from './backup-kind.ts';

/** An instant as ISO-8601 in UTC with milliseconds, e.g. 2026-01-01T00:00:00.000Z. */
export const instant = z.iso.datetime({ precision: 3 });

/**
 * One attempt at one backup, as the queues carry it. A backup keeps its id over its attempts; `attempt` counts from 1.
 * Scheduled ones name their schedule and slot; on demand both are null.
 */
export const backupOrder = z.strictObject({
  backupId: z.ulid(),
  attempt: z.int().positive(),
  kind: backupKind,
  type: backupType,
  scope: backupScope,
  schedule: z.string().min(1).nullable(),
  slot: instant.nullable(),
  tenantId: z.uuid().nullable(),
  trigger: z.enum(['schedule', 'api', 'queue', 'cli']),
  /** Who asked: the name of an API key, `queue`, or `scheduler`. */
  requestedBy: z.string().min(1),
  requestedAt: instant,
  /** Milliseconds after which the attempt is aborted; null: no limit. */
  timeoutMs: z.int().positive().nullable(),
  /** Why it runs, in the plan's words. */
  reason: z.string(),
  /** Why the newest backups of the type are not to be built on: one of them was found damaged. Left out: they may be. */
  parentDamaged: z.string().exactOptional(),
});
export type BackupOrder = Readonly<z.infer<typeof backupOrder>>;
