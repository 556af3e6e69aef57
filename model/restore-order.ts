import { z } from 'zod';
import { instant } from './backup-order.ts';

/** Types of which there are restores; tenants' keys stay where they are, and are only compared. */
export const restorableTypes = ['tigerbeetle', 'duckdb', 'parquet'] as const;
export type RestorableType = (typeof restorableTypes)[number];
export const restorableType = z.enum(restorableTypes);

/** One restore, as the queue carries it and as it is recorded. It is tried once. */
export const restoreOrder = z.strictObject({
  restoreId: z.ulid(),
  backupType: restorableType,
  /** The one that was chosen when the restore was asked for. */
  backupId: z.ulid(),
  /** The moment that was asked for, in UTC and up to nanoseconds; null for the newest backup, or for one that was named. */
  at: z.iso.datetime().nullable(),
  /** A file (duckdb), a folder (parquet), or the addresses of a cluster (tigerbeetle). */
  to: z.string().min(1),
  /** Null: all. */
  tables: z.array(z.string()).nullable(),
  /** Null: rows of all tenants. */
  tenant: z.strictObject({ id: z.string().min(1), column: z.string().min(1) }).nullable(),
  trigger: z.enum(['api', 'cli']),
  /** Who asked: the name of an API key, or a user of the operating system. */
  requestedBy: z.string().min(1),
  requestedAt: instant,
  /** Why, in the words of who asked. */
  reason: z.string(),
});
export type RestoreOrder = Readonly<z.infer<typeof restoreOrder>>;
