import { z } from 'zod';
import { backupOrder, instant } from './backup-order.ts';
import { backupScope } from './backup-kind.ts';
import { verificationOutcome } from './verification.ts';

const base = {
  at: instant,
  /** Every event carries the whole order, so a lost earlier event costs nothing. */
  order: backupOrder,
};
const running = {
  ...base,
  startTime: instant,
  fencingToken: z.int().positive(),
  worker: z.string(),
};
const failure = z.strictObject({ code: z.string(), message: z.string() });

/** What happens to a backup, in order: requested? → started → completed | failed (per attempt). */
export const backupEvent = z.discriminatedUnion('kind', [
  /** Admitted: on demand (perhaps waiting for another backup) or by the plan. */
  z.strictObject({ kind: z.literal('requested'), ...base }),
  z.strictObject({ kind: z.literal('started'), ...running }),
  z.strictObject({
    kind: z.literal('completed'),
    ...running,
    endTime: instant,
    /** What was really taken: an incremental may have become a full. */
    scope: backupScope,
    location: z.string(),
    /** SHA-256 of manifest.json, hex: it binds every object. */
    checksum: z.string(),
    plainBytes: z.int().nonnegative(),
    sealedBytes: z.int().nonnegative(),
    objects: z.int().nonnegative(),
    parentId: z.ulid().nullable(),
    compression: z.string(),
    encryption: z.string(),
    retentionUntil: instant.nullable(),
    /** Why something other than what was asked was done (an incremental that became a full), else null. */
    note: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('failed'),
    ...base,
    /** Null when it never started. */
    startTime: instant.nullable(),
    fencingToken: z.int().positive().nullable(),
    worker: z.string().nullable(),
    endTime: instant,
    error: failure,
    /** Given back on shutdown: run again at once, not counted as a failure. */
    interrupted: z.boolean(),
  }),
  /** A request that was turned away; `order.backupId` names the refused request, never a backup. */
  z.strictObject({ kind: z.literal('refused'), ...base, error: failure }),
  /** A stored backup was looked at again; there may be many, in any order. */
  z.strictObject({ kind: z.literal('verified'), ...base, verification: verificationOutcome }),
]);
export type BackupEvent = Readonly<z.infer<typeof backupEvent>>;
export type BackupEventOf<Kind extends BackupEvent['kind']> = Extract<BackupEvent, { kind: Kind }>;

/** An event of an attempt at taking a backup, or of a request for one. */
export type AttemptEvent = Exclude<BackupEvent, { kind: 'verified' }>;

/** The same for every delivery of the same event: what makes recording idempotent. */
export function eventId(event: BackupEvent): string {
  const { backupId, attempt } = event.order;
  const id = `${backupId}.${attempt}.${event.kind}`;
  return event.kind === 'verified' ? `${id}.${event.verification.verificationId}` : id;
}
