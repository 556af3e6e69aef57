import type { Clock } from '../engine/clock.ts';

/** What has passed through a backup so far. */
export interface ByteCount {
  /** Bytes read from the source. */
  readonly read: (bytes: number) => void;
  /**
   * Bytes handed to the object store; mostly the same ones again, so they are not added to those read. Called with 0
   * while stored bytes are read back: no new ones, but the work goes on.
   */
  readonly written: (bytes: number) => void;
  readonly total: () => number;
  /** When the last byte came, by the stopwatch. */
  readonly lastByteAt: () => number;
}

export function countBytes(stopwatch: Clock): ByteCount {
  let readBytes = 0;
  let writtenBytes = 0;
  let last = stopwatch.now();
  return {
    read(bytes) {
      readBytes += bytes;
      if (bytes > 0) last = stopwatch.now();
    },
    written(bytes) {
      writtenBytes += bytes;
      last = stopwatch.now();
    },
    total: () => Math.max(readBytes, writtenBytes),
    lastByteAt: () => last,
  };
}
