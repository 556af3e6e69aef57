import { z } from 'zod';
import { instant } from './backup-order.ts';
import { restoreOrder } from './restore-order.ts';

/** Every event carries the whole order, so a lost earlier event costs nothing. */
const base = { at: instant, restore: restoreOrder };

/** What happens to a restore, in order: requested → started → completed | failed. */
export const restoreEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('restore-requested'), ...base }),
  z.strictObject({ kind: z.literal('restore-started'), ...base, startTime: instant, worker: z.string() }),
  z.strictObject({
    kind: z.literal('restore-completed'),
    ...base,
    startTime: instant,
    endTime: instant,
    worker: z.string(),
    /** Of the objects that were read. */
    plainBytes: z.int().nonnegative(),
    sealedBytes: z.int().nonnegative(),
    objects: z.int().nonnegative(),
    /** What is there now, in the type's own terms (tables, rows, files). */
    counts: z.record(z.string(), z.int().nonnegative()),
    /** What could not be brought back because it was broken in the source, and what else is worth knowing. */
    notes: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.literal('restore-failed'),
    ...base,
    /** Null when it never started. */
    startTime: instant.nullable(),
    endTime: instant,
    worker: z.string().nullable(),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
]);
export type RestoreEvent = Readonly<z.infer<typeof restoreEvent>>;
export type RestoreEventOf<Kind extends RestoreEvent['kind']> = Extract<RestoreEvent, { kind: Kind }>;
