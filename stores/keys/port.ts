import type { Readable } from 'node:stream';

/** Bound into the sealed bytes and checked at opening: an old or foreign object in the right place is found. */
export interface SealContext {
  readonly backupId: string;
  /** Key of the object in the object store. */
  readonly path: string;
  readonly ordinal: number;
}

/**
 * Seals and opens streams in the AWS Encryption SDK's message format (1 MiB frames, key commitment), for two recipients:
 * the working key and the offline recovery key. Key material never appears in an error.
 */
export interface KeyRing {
  /** Ids of the keys that everything sealed from now on can be opened with. */
  readonly keyIds: readonly string[];
  /** e.g. `AES-256-GCM`, for the manifest. */
  readonly encryption: string;
  /** Sealed bytes of a plain stream. An error of the source destroys the result with the same error. */
  seal(plain: Readable, context: SealContext): Readable;
  /**
   * Plain bytes of a sealed stream. The result fails with `object-damaged` when a byte was changed, the stream was cut
   * short, or the context is not the one given; no plain byte is to be trusted before its end.
   */
  open(sealed: Readable, context: SealContext): Readable;
}
