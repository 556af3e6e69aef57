import { z } from 'zod';
import { backupKind, backupScope, backupType } from './backup-kind.ts';
import { backupOrder, instant } from './backup-order.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** `sealedBy` of content-addressed objects: they belong to no single backup, and are sealed with this id and ordinal 0. */
export const sharedOwner = '00000000000000000000000000';

/** A sealed object that a backup needs. Objects taken over from earlier backups are named like its own. */
export const manifestObject = z.strictObject({
  /** Key in the object store. */
  path: z.string(),
  /** What it is, in the type's own terms (a table, a file of the archive). */
  name: z.string(),
  /**
   * Position among the objects of the backup that sealed it (0 where that is `sharedOwner`); part of the encryption
   * context, as is that backup's id.
   */
  ordinal: z.int().nonnegative(),
  sealedBy: z.ulid(),
  plainBytes: z.int().nonnegative(),
  plainSha256: sha256,
  sealedBytes: z.int().nonnegative(),
  sealedSha256: sha256,
  /** The store's own checksum or entity tag; null where the store has none. */
  storeChecksum: z.string().nullable(),
  rows: z.int().nonnegative().nullable(),
});
export type ManifestObject = Readonly<z.infer<typeof manifestObject>>;

/** Readable without a key; names no table, file or tenant key. */
export const manifestHeader = z.strictObject({
  format: z.literal(1),
  backupId: z.ulid(),
  attempt: z.int().positive(),
  kind: backupKind,
  type: backupType,
  /** What was taken, which may be more than `order.scope` asked for. */
  scope: backupScope,
  order: backupOrder,
  startTime: instant,
  endTime: instant,
  /** The moment whose data it holds; manifests of earlier versions lack it. */
  snapshotAt: instant.optional(),
  worker: z.string(),
  fencingToken: z.int().positive(),
  parent: z.strictObject({ backupId: z.ulid(), manifestSha256: sha256 }).nullable(),
  plainBytes: z.int().nonnegative(),
  sealedBytes: z.int().nonnegative(),
  objects: z.int().nonnegative(),
  compression: z.string(),
  encryption: z.string(),
  /** Ids of the keys that open it: working key and recovery key. */
  keyIds: z.array(z.string()).min(1),
  retentionUntil: instant.nullable(),
  note: z.string().nullable(),
  software: z.string(),
});
export type ManifestHeader = Readonly<z.infer<typeof manifestHeader>>;

/** The moment (ms since the epoch) whose data a backup holds: its end where the manifest does not say. */
export function heldAt({ snapshotAt, endTime }: Pick<ManifestHeader, 'snapshotAt' | 'endTime'>): number {
  return Date.parse(snapshotAt ?? endTime);
}

/** The sealed part. `source` and `details` have the shape that the type gives them (backups/<type>/manifest.ts). */
export const manifestBody = z.strictObject({
  objects: z.array(manifestObject),
  /** Where the source stood: a DuckDB snapshot, a TigerBeetle timestamp, a scan of an archive. */
  source: z.record(z.string(), z.json()),
  details: z.json(),
});
export type ManifestBody = Readonly<z.infer<typeof manifestBody>>;

/** A manifest that was read and proven: its digest is that of the stored bytes. */
export interface Manifest {
  readonly header: ManifestHeader;
  readonly body: ManifestBody;
  /** SHA-256 of manifest.json as stored, hex: the `checksum` of the history. */
  readonly sha256: string;
}

/** Key of a backup's manifest in the object store; where it is missing there is no backup. */
export function manifestPath(type: string, backupId: string): string {
  return `${type}/${backupId}/manifest.json`;
}
