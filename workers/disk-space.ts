import { statfs } from 'node:fs/promises';
import { CodedError } from '../errors/coded-error.ts';

/** Throws `scratch-full` when the file system of the folder has less than `needed` bytes for us. */
export async function requireDiskSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const available = bavail * bsize;
  if (available >= needed) return;
  throw new CodedError(
    'scratch-full',
    `the backup needs up to ${needed} bytes in ${folder}, and ${available} are free: make room, or set the scratch folder to a larger disk`,
    { facts: { needed, available } },
  );
}
