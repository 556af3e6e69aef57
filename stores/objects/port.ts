import type { Readable } from 'node:stream';

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Last written, milliseconds since the epoch. */
  readonly modified: number;
}

export interface PutResult {
  readonly bytes: number;
  /** The store's own checksum or entity tag; null where it has none. */
  readonly storeChecksum: string | null;
}

export interface PutOptions {
  /** Small facts kept beside the object (backup id, type, scope). Lower-case keys, ASCII values. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Is given each piece that is stored, in turn. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

export interface DigestOptions {
  readonly signal?: AbortSignal;
  /** Is given each piece that was read, in turn; the next may lie in the same memory. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** What an object is now: its length, and the SHA-256 (hex) of its bytes. */
export interface ObjectDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** What a store says of an object without reading it. */
export interface ObjectFacts extends StoredObject {
  readonly metadata: Readonly<Record<string, string>>;
  /** As `PutResult.storeChecksum`. */
  readonly storeChecksum: string | null;
}

/**
 * Where sealed objects lie. Keys are relative, `/`-separated, without `.`, `..` or empty parts (refused with
 * `invalid-request`).
 */
export interface ObjectStore {
  /**
   * Stores the stream under a new key, durable when it returns. Must never overwrite: an existing key is refused with
   * `object-exists`, also when two writers race. When the source fails or the signal aborts, nothing is left behind
   * and the source's own error is thrown. Memory stays bounded whatever the size.
   */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<PutResult>;
  /** The bytes, or a part of them (`end` exclusive). Throws `object-not-found` before the first byte when there is none. */
  get(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /** Reads all of an object and hashes it: what is really stored, not what the store says. Throws `object-not-found`. */
  digest(key: string, options?: DigestOptions): Promise<ObjectDigest>;
  /** What the store says of an object; undefined when there is none. */
  head(key: string): Promise<ObjectFacts | undefined>;
  /** Every object whose key begins with the prefix, in key order, unfinished uploads never. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Idempotent: a missing key is no error. */
  delete(key: string): Promise<void>;
  /** Where a key lies, for people: a file:// or s3:// address. */
  location(key: string): string;
}
