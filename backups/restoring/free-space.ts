import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { systemCode } from '../../errors/system-code.ts';

/** Throws `restore-target-full` where the file system that a path is, or would be, on has less free for this user. */
export async function requireFreeSpace(path: string, needed: number): Promise<void> {
  const { folder, free } = await freeAbove(resolve(path));
  if (free >= needed) return;
  throw new CodedError(
    'restore-target-full',
    `The restore needs up to ${needed} bytes at ${path}, and ${free} are free on the file system of ${folder}: make room, or name a place on a larger disk.`,
    { facts: { path, needed, free } },
  );
}

/** Of the nearest folder that exists. */
async function freeAbove(path: string): Promise<{ readonly folder: string; readonly free: number }> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder);
      return { folder, free: bavail * bsize };
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && folder !== dirname(folder)) continue;
      throw new CodedError(
        'restore-target-unusable',
        `Restoring to ${path} is not possible: ${errorText(error)}.`,
        { cause: error, facts: { path } },
      );
    }
  }
}
