import type { FileHandle } from 'node:fs/promises';
import { CodedError } from '../../../errors/coded-error.ts';
import { checksum } from './checksum.ts';
import { TryAgain } from './try-again.ts';

const page = 4096;
/** The main header and two database headers; the first block begins after them. */
export const headersBytes = 3 * page;
/** What DuckDB 0.10 to 1.5 write; another version may lay out its log differently. */
const knownStorageVersions = { lowest: 64n, highest: 68n };

export interface Headers {
  /** The 12 KiB as they lie in the file: equal bytes, equal state. */
  readonly raw: Buffer;
  readonly storageVersion: number;
  /** Number of the checkpoint that the file is at. */
  readonly iteration: bigint;
}

/** Fewer than `headersBytes` of a shorter file. */
export async function readRawHeaders(handle: FileHandle): Promise<Buffer> {
  const raw = Buffer.alloc(headersBytes);
  const { bytesRead } = await handle.read(raw, 0, headersBytes, 0);
  return raw.subarray(0, bytesRead);
}

/** Bytes of a block, as the database headers say since DuckDB 1.2; before, there was one size. */
export function blockBytesOf(raw: Buffer): number {
  return Number(raw.readBigUInt64LE(page + 40)) || 256 << 10;
}

/**
 * The main header and the two database headers, of which the one with the higher iteration is in force.
 * A torn header is worth another try; a file of another kind is refused with `source-unreadable`.
 */
export async function readHeaders(handle: FileHandle, path: string): Promise<Headers> {
  const raw = await readRawHeaders(handle);
  const refused = (why: string): CodedError => new CodedError('source-unreadable', `${path} ${why}`);
  if (raw.length < headersBytes) {
    throw raw.length === 0
      ? new TryAgain('the file is empty')
      : refused(`is no DuckDB database: it holds ${raw.length} bytes, fewer than its headers take.`);
  }
  if (raw.toString('latin1', 8, 12) !== 'DUCK') throw refused('is no DuckDB database.');
  const version = raw.readBigUInt64LE(12);
  if (version < knownStorageVersions.lowest || version > knownStorageVersions.highest) {
    throw refused(
      `has DuckDB storage version ${version.toString()}; the guarded snapshot knows 64 to 68 (DuckDB 0.10 to 1.5). ` +
        'Use mode "read-only" if the DuckDB that is built in can read it.',
    );
  }
  if ((raw.readBigUInt64LE(20) & 1n) !== 0n) {
    throw refused('is an encrypted DuckDB database, which cannot be backed up yet.');
  }
  const pages = [0, 1, 2].map((index) => raw.subarray(index * page, (index + 1) * page));
  if (!pages.every((each) => each.readBigUInt64LE(0) === checksum(each.subarray(8)))) {
    throw new TryAgain('a header is being written');
  }
  const [first, second] = [raw.readBigUInt64LE(page + 8), raw.readBigUInt64LE(2 * page + 8)];
  return { raw, storageVersion: Number(version), iteration: first > second ? first : second };
}
