import { constants, copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import { systemCode } from '../../../errors/system-code.ts';

const block = 256 << 10;
const blocksAtOnce = 16;

/** Copies what one read gives at `at`; the number of bytes, 0 at the end. */
export async function copyBlock(
  source: FileHandle,
  target: FileHandle,
  { buffer, at }: { readonly buffer: Buffer; readonly at: number },
): Promise<number> {
  const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
  for (let done = 0; done < bytesRead;) {
    done += (await target.write(buffer, done, bytesRead - done, at + done)).bytesWritten;
  }
  return bytesRead;
}

/** Shares the file's blocks with a new file, where the file system can (btrfs, XFS); false where it cannot. */
export async function reflink(path: string, target: string): Promise<boolean> {
  try {
    await rm(target, { force: true });
    await copyFile(path, target, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (cannotShare.has(systemCode(error) ?? '')) return false;
    throw error;
  }
}
const cannotShare = new Set(['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY']);

/**
 * Brings the target's first `size` bytes to what the source holds now. `again`: only blocks of 256 KiB that differ are
 * written, so tries that follow each other converge.
 */
export async function copyBlocks(
  source: FileHandle,
  target: string,
  options: {
    readonly size: number;
    readonly again: boolean;
    readonly signal: AbortSignal;
    readonly progress: (bytes: number) => void;
  },
): Promise<void> {
  const copy = await open(target, options.again ? 'r+' : 'w+', 0o600);
  try {
    const buffer = Buffer.alloc(block * blocksAtOnce);
    const before = Buffer.alloc(options.again ? buffer.length : 0);
    for (let at = 0; at < options.size; at += buffer.length) {
      options.signal.throwIfAborted();
      const length = Math.min(buffer.length, options.size - at);
      const { bytesRead } = await source.read(buffer, 0, length, at);
      const held = options.again ? (await copy.read(before, 0, length, at)).bytesRead : 0;
      await writeChanged(copy, { now: buffer.subarray(0, bytesRead), before: before.subarray(0, held), at });
      options.progress(bytesRead);
      if (bytesRead < length) break;
    }
    await copy.truncate(options.size);
  } finally {
    await copy.close();
  }
}

async function writeChanged(
  copy: FileHandle,
  { now, before, at }: { readonly now: Buffer; readonly before: Buffer; readonly at: number },
): Promise<void> {
  if (before.length === 0) {
    await writeAll(copy, now, at);
    return;
  }
  for (let from = 0; from < now.length; from += block) {
    const piece = now.subarray(from, from + block);
    if (!piece.equals(before.subarray(from, from + block))) await writeAll(copy, piece, at + from);
  }
}

async function writeAll(copy: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await copy.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}
