import type { Readable } from 'node:stream';
import type { Log } from '../engine/log.ts';
import type { BackupScope, BackupType } from '../model/backup-kind.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { Manifest, ManifestBody, ManifestHeader, ManifestObject } from '../model/manifest.ts';

/** A content-addressed object: `name` says what it is, `plainSha256` (hex) is of its content. */
export interface SharedObject {
  readonly name: string;
  readonly path: string;
  readonly plainSha256: string;
}

/** A file, which is read when its content is needed (a link is refused), or bytes that all threads see. */
export type SharedContent = { readonly file: string } | Uint8Array<SharedArrayBuffer>;

/**
 * Where a backup's objects go: hashed, sealed, stored under `<type>/<backup id>/<attempt>/`, read back and compared.
 * Several may be written at once. Everything written is counted as progress.
 */
export interface ObjectSink {
  /**
   * Stores one object and returns its manifest entry once it is durable and its bytes were read back equal.
   * `name` says what it is (any characters); the key is made from `file` (`[a-z0-9._/-]`, unique in the backup).
   * `completion` is awaited after the last byte and before the object is completed: where the producer can fail behind
   * a clean end of file (a COPY into a FIFO), nothing is stored unless it resolves.
   */
  write(
    object: { readonly name: string; readonly file: string; readonly completion?: Promise<unknown> },
    plain: Readable,
  ): Promise<ManifestObject>;
  /**
   * A content-addressed object at an address of its own outside the backup's folder, shared by backups: sealed as
   * `sealedBy: sharedOwner`, ordinal 0, so that its address alone tells its encryption context. Nothing is stored, and
   * `source-changed` is thrown, when the plain bytes are not those of `plainSha256`. Bytes in shared memory are taken at
   * their word: they were hashed where they stand, and must not change until this ends.
   *
   * One that is there already (a dead attempt's, or one no longer named) is read, opened and compared instead, and its
   * entry returned; `content` is not read then. Where it is damaged or cannot be opened any more, it stays, and the
   * content is stored as `<path>.<backup id>.<attempt>`: nothing that an older manifest names is ever touched.
   */
  writeShared(object: SharedObject, content: SharedContent): Promise<ManifestObject>;
  /**
   * Sealed sizes of the shared objects in the store, by path; `prefix` is a folder of the type's own
   * (`parquet/objects/`).
   */
  shared(prefix: string): Promise<ReadonlyMap<string, number>>;
}

/** The backups that exist: those with a manifest that can be read and opened. */
export interface BackupCatalog {
  /** Clear headers, newest first; damaged or foreign ones are left out and logged. */
  headers(type: BackupType): Promise<readonly (ManifestHeader & { readonly manifestSha256: string })[]>;
  /** Throws `backup-not-found` or `object-damaged`. */
  read(type: BackupType, backupId: string): Promise<Manifest>;
  /**
   * A backup with all its ancestors, full first. Throws `backup-not-found` or `object-damaged` when a link is missing,
   * damaged, or not the one that the child names by digest.
   */
  chain(type: BackupType, backupId: string): Promise<readonly Manifest[]>;
  /**
   * What is wrong with the first of these objects that is not in the store, or not with its size; undefined when all are.
   * Their bytes are not read.
   */
  lacking(objects: readonly ManifestObject[]): Promise<string | undefined>;
  /** Plain bytes of an object of a manifest, proven at the end of the stream. */
  open(object: ManifestObject): Promise<Readable>;
}

/** All that taking a backup may use. */
export interface BackupJob {
  readonly order: BackupOrder;
  readonly startTime: string;
  readonly sink: ObjectSink;
  readonly catalog: BackupCatalog;
  /** An empty directory, mode 0700, removed afterwards. */
  readonly scratch: string;
  /** Bytes read from the source since the last call; what the stall limit watches. */
  readonly progress: (bytes: number) => void;
  /** Aborted when the lock is lost, the time is up, the work stalls or the worker must stop. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** What was taken; the frame makes the manifest of it. */
export interface Taken {
  /** `full` also where an incremental was asked for and had no usable parent; `note` then says why. */
  readonly scope: BackupScope;
  /**
   * The moment whose data it holds, ISO-8601 with milliseconds: nothing that the source took in later is in it. Where a
   * source is read over a while and has no moment of its own, when the reading began that saw all of it unchanged.
   */
  readonly snapshotAt: string;
  readonly parent: ManifestHeader['parent'];
  readonly compression: string;
  readonly note: string | null;
  /** Every object that a restore needs from this manifest. */
  readonly objects: readonly ManifestObject[];
  readonly source: ManifestBody['source'];
  readonly details: ManifestBody['details'];
}

/** A type of backup: what its worker process does, free of queues, locks and events. */
export interface BackupTaker {
  readonly type: BackupType;
  /** Bytes that it will need in the scratch folder at most, where it can tell beforehand: too little space is refused. */
  scratchBytes?(order: BackupOrder): Promise<number>;
  /** Must end soon after `signal` aborts, leave nothing of its own behind, and never report success for a part. */
  take(job: BackupJob): Promise<Taken>;
  /** Ends its connections, where it has any of its own; nothing is taken afterwards. */
  close?(): Promise<void>;
}
