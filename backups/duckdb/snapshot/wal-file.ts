import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { systemCode } from '../../../errors/system-code.ts';
import type { WalSource } from './parse-wal.ts';
import { copyBlock } from './copy-blocks.ts';

const window = 4 << 20;

/**
 * A log on disk, read through a window of 4 MiB; bytes given out hold only until the next read. Undefined where there
 * is none.
 */
export function openWal(path: string): (WalSource & { close: () => void }) | undefined {
  const fd = openSyncOrMissing(path);
  if (fd === undefined) return undefined;
  const buffer = Buffer.alloc(window);
  let from = 0;
  let filled = 0;
  return {
    size: fstatSync(fd).size,
    read(offset, length) {
      if (offset < from || offset + length > from + filled) {
        from = offset;
        filled = readSync(fd, buffer, 0, window, offset);
      }
      return buffer
        .subarray(offset - from, offset - from + length)
        .subarray(0, Math.max(0, from + filled - offset));
    },
    close: () => {
      closeSync(fd);
    },
  };
}

function openSyncOrMissing(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export interface WalCopy {
  readonly ino: bigint;
  readonly bytes: number;
}

/** Copies the log as it is now; undefined where there is none. */
export async function copyWal(path: string, target: string): Promise<WalCopy | undefined> {
  const source = await openOrMissing(path);
  if (!source) return undefined;
  try {
    const { ino, size } = await source.stat({ bigint: true });
    const copy = await open(target, 'w', 0o600);
    try {
      const buffer = Buffer.alloc(window);
      let at = 0;
      for (let read = -1; read !== 0 && at < size; at += read)
        read = await copyBlock(source, copy, { buffer, at });
      return { ino, bytes: at };
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}

/** Whether the log at `path` still begins with the first `length` bytes of `copy`, and is still the same file. */
export async function keepsPrefix(
  path: string,
  copy: string,
  expected: { ino: bigint; length: number },
): Promise<string | undefined> {
  const source = await openOrMissing(path);
  if (!source) return 'the log was removed';
  const kept = await open(copy, 'r');
  try {
    const now = await source.stat({ bigint: true });
    if (now.ino !== expected.ino) return 'the log was replaced';
    const [left, right] = [Buffer.alloc(window), Buffer.alloc(window)];
    for (let at = 0; at < expected.length; at += window) {
      const length = Math.min(window, expected.length - at);
      const [a, b] = await Promise.all([source.read(left, 0, length, at), kept.read(right, 0, length, at)]);
      if (a.bytesRead < length) return 'the log was cut';
      if (b.bytesRead < length || !left.subarray(0, length).equals(right.subarray(0, length)))
        return 'the log was written anew';
    }
    return undefined;
  } finally {
    await source.close();
    await kept.close();
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await statOrMissing(path)) !== undefined;
}

export async function statOrMissing(
  path: string,
): Promise<{ readonly ino: bigint; readonly size: bigint } | undefined> {
  return stat(path, { bigint: true }).catch(undefinedWhenMissing);
}

function openOrMissing(path: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  return open(path, 'r').catch(undefinedWhenMissing);
}

function undefinedWhenMissing(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined;
  throw error;
}
