import type { FileHandle } from 'node:fs/promises';
import { CodedError } from '../../../errors/coded-error.ts';
import { checksum } from './checksum.ts';
import { TryAgain } from './try-again.ts';

const page = 4096;
/** What DuckDB 0.10 to 1.5 write; another version may lay out its log differently. */
const knownStorageVersions = { lowest: 64n, highest: 68n };

export interface Headers {
  /** The 12 KiB as they lie in the file: equal bytes, equal state. */
  readonly raw: Buffer;
  readonly storageVersion: number;
  /** Number of the checkpoint that the file is at. */
  readonly iteration: bigint;
}

/**
 * The main header and the two database headers, of which the one with the higher iteration is in force.
 * A torn header is worth another try; a file of another kind is refused with `source-unreadable`.
 */
export async function readHeaders(handle: FileHandle, path: string): Promise<Headers> {
  const raw = Buffer.alloc(3 * page);
  const { bytesRead } = await handle.read(raw, 0, raw.length, 0);
  const refused = (why: string): CodedError => new CodedError('source-unreadable', `${path} ${why}`);
  if (bytesRead < raw.length) {
    throw bytesRead === 0
      ? new TryAgain('the file is empty')
      : refused(`is no DuckDB database: it holds ${bytesRead} bytes, fewer than its headers take.`);
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
