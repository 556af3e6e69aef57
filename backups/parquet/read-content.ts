import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileState, fileState, sameState } from './file-state.ts';
import { rowCount } from './row-count.ts';

/** What reading a file of the archive came to. */
export type Reading =
  | {
      readonly outcome: 'read';
      readonly state: FileState;
      /** Of the whole content, hex. */
      readonly sha256: string;
      readonly rows: number | null;
      readonly companion: boolean;
      /** True when the content stands in the buffer that was given. */
      readonly buffered: boolean;
    }
  | { readonly outcome: 'left'; readonly state: FileState; readonly reason: 'unfinished' | 'not-parquet' }
  /** Written to or replaced while it was read. */
  | { readonly outcome: 'changing' }
  | { readonly outcome: 'gone' };

/** `PARE` is the magic of a file whose footer is encrypted. */
const magics = ['PAR1', 'PARE'];
const magicBytes = 4;
/** Magic, length of the footer, magic. */
const leastParquet = 12;
const largestFooter = 4 * 1024 * 1024;
const progressEvery = 64 * 1024 * 1024;

/**
 * Reads one file in full and hashes it, blocking the thread that calls. `buffer` receives the content where it fits, and
 * is overwritten otherwise. Links are not followed. Throws what the file system throws.
 */
export function readContent(path: string, buffer: Uint8Array, progress: (bytes: number) => void): Reading {
  const descriptor = opened(path);
  if (descriptor === undefined) return { outcome: 'gone' };
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) return { outcome: 'gone' };
    const state = fileState(stat);
    const kind = kindOf(descriptor, path, state.bytes);
    if (kind === 'unfinished' || kind === 'not-parquet') return { outcome: 'left', state, reason: kind };
    const hash = createHash('sha256');
    const buffered = state.bytes <= buffer.length;
    const bytes = hashAll(descriptor, buffer, hash, progress);
    const rows = kind === 'parquet' ? rowsOf(descriptor, state.bytes) : null;
    const after = fileState(fstatSync(descriptor, { bigint: true }));
    if (bytes !== state.bytes || !sameState(state, after)) return { outcome: 'changing' };
    return {
      outcome: 'read',
      state,
      sha256: hash.digest('hex'),
      rows,
      companion: kind === 'companion',
      buffered,
    };
  } finally {
    closeSync(descriptor);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

/** A file that begins as Parquet and does not end so is still being written, whatever its name. */
function kindOf(
  descriptor: number,
  path: string,
  bytes: number,
): 'parquet' | 'companion' | 'unfinished' | 'not-parquet' {
  const first = text(descriptor, 0);
  const named = path.toLowerCase().endsWith('.parquet');
  if (named && bytes < magicBytes) return 'unfinished';
  if (!magics.includes(first)) return named ? 'not-parquet' : 'companion';
  return bytes >= leastParquet && text(descriptor, bytes - magicBytes) === first ? 'parquet' : 'unfinished';
}

function text(descriptor: number, position: number): string {
  const bytes = Buffer.alloc(magicBytes);
  const read = readSync(descriptor, bytes, 0, magicBytes, position);
  return bytes.toString('latin1', 0, read);
}

function hashAll(
  descriptor: number,
  buffer: Uint8Array,
  hash: Hash,
  progress: (bytes: number) => void,
): number {
  let total = 0;
  let unreported = 0;
  for (;;) {
    const at = total % buffer.length;
    const read = readSync(descriptor, buffer, at, buffer.length - at, total);
    if (read === 0) break;
    hash.update(buffer.subarray(at, at + read));
    total += read;
    unreported += read;
    if (unreported >= progressEvery) {
      progress(unreported);
      unreported = 0;
    }
  }
  progress(unreported);
  return total;
}

function rowsOf(descriptor: number, bytes: number): number | null {
  const end = Buffer.alloc(8);
  readSync(descriptor, end, 0, 8, bytes - 8);
  const length = end.readUInt32LE(0);
  if (end.toString('latin1', magicBytes) !== 'PAR1' || length > bytes - leastParquet) return null;
  const footer = Buffer.alloc(Math.min(length, largestFooter));
  const read = readSync(descriptor, footer, 0, footer.length, bytes - 8 - length);
  return rowCount(footer.subarray(0, read));
}
