import { z } from 'zod';

/** Folder of the object store with the sealed files of all archives, one per content. */
export const objectsFolder = 'parquet/objects/';

/** A full list at least every so many backups; those between name what changed. */
export const fullListEvery = 24;

const nanoseconds = z.string().regex(/^-?\d+$/);
const relativePath = z
  .string()
  .min(1)
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'), {
    error: 'must be a path inside the archive',
  });

/** A file of the archive as it was read. */
export const parquetFile = z.strictObject({
  /** Relative to the archive folder, `/`-separated. */
  path: relativePath,
  /** Key of the sealed object with its content. */
  object: z.string(),
  bytes: z.int().nonnegative(),
  /** Nanoseconds since the epoch. */
  mtime: nanoseconds,
  ctime: nanoseconds,
  inode: z.string(),
  /** Permission bits. */
  mode: z.int().nonnegative(),
  /**
   * False when it had changed so shortly before it was read that a later change could bear the same time: it is read
   * again by the next backup, whatever its times say.
   */
  settled: z.boolean(),
  /** From the footer; null where it tells none (encrypted footers, companions). */
  rows: z.int().nonnegative().nullable(),
  /** Not Parquet, but part of the archive: `_SUCCESS`, `_delta_log/…`, `….crc`. */
  companion: z.boolean(),
});
export type ParquetFile = Readonly<z.infer<typeof parquetFile>>;

/**
 * Why a file is not in this backup: it is still being written (no end of a Parquet file yet), it changed each time it
 * was read, it is named `.parquet` and is something else, it is a symbolic link or a special file (never followed or
 * read), or its name is not UTF-8.
 */
export const leftReason = z.enum([
  'unfinished',
  'changing',
  'not-parquet',
  'symlink',
  'special',
  'name-not-utf8',
]);
export const leftFile = z.strictObject({
  path: z.string(),
  reason: leftReason,
  /** True when the version of the backup before stays in this one. */
  kept: z.boolean(),
});
export type LeftFile = Readonly<z.infer<typeof leftFile>>;

/** `details` of a manifest of type parquet. */
export const parquetDetails = z.strictObject({
  /** `full`: `files` is the whole archive. `delta`: it replaces or joins the parent's, less `removed`. */
  list: z.enum(['full', 'delta']),
  /** Manifests below this one that a restore reads, too. */
  depth: z.int().nonnegative(),
  files: z.array(parquetFile),
  removed: z.array(z.string()),
  left: z.array(leftFile),
});
export type ParquetDetails = Readonly<z.infer<typeof parquetDetails>>;
