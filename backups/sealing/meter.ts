import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { CodedError, errorText } from '../../errors/coded-error.ts';

const highWaterMark = 1024 * 1024;

/** What has gone through a stream: how much, and its SHA-256 (hex). */
export interface Measured {
  readonly bytes: number;
  readonly sha256: string;
}

/** A stream that passes its bytes on unchanged, counts and hashes them. */
export interface Meter {
  readonly stream: Transform;
  /** Fails with `internal` before the stream has ended. */
  measured(): Measured;
}

/**
 * `onBytes` hears of each chunk. `atEnd` is awaited after the last byte and before the stream ends: what it throws fails
 * the stream, so that nothing behind it takes what came through for complete. Where the `sha256` of what will come is
 * known, it is counted alone.
 */
export function createMeter(
  options: {
    readonly onBytes?: (bytes: number) => void;
    readonly atEnd?: (measured: Measured) => Promise<void> | void;
    readonly sha256?: string | undefined;
  } = {},
): Meter {
  const hash = options.sha256 === undefined ? createHash('sha256') : undefined;
  let bytes = 0;
  let measured: Measured | undefined;
  const stream = new Transform({
    highWaterMark,
    transform(chunk: Uint8Array, _encoding, done) {
      hash?.update(chunk);
      bytes += chunk.byteLength;
      options.onBytes?.(chunk.byteLength);
      done(null, chunk);
    },
    flush(done) {
      const end = { bytes, sha256: hash?.digest('hex') ?? options.sha256 ?? '' };
      Promise.resolve(options.atEnd?.(end)).then(
        () => {
          measured = end;
          done();
        },
        (thrown: unknown) => {
          done(thrown instanceof Error ? thrown : new Error(errorText(thrown)));
        },
      );
    },
  });
  return {
    stream,
    measured() {
      if (measured !== undefined) return measured;
      throw new CodedError('internal', 'a stream was measured before its end');
    },
  };
}
