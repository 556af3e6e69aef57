import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './folder-errors.ts';
import { processSpace, uploadsFolder } from './folder-layout.ts';

/** A live upload is written to far more often: the stall limit ends one that is not. Milliseconds. */
const staleAfter = 60 * 60_000;

/** A name for an unfinished upload that says which process writes it. */
export function uploadName(): string {
  return `${processSpace()}-${process.pid}-${randomUUID()}`;
}

/**
 * Removes unfinished uploads whose writer is dead: its process is gone, or (where that cannot be told: another machine
 * or container) nothing was written for an hour. Others are left alone.
 */
export async function sweepUploads(root: string, now: number): Promise<void> {
  const folder = uploadsFolder(root);
  for (const name of await entries(folder)) {
    const file = join(folder, name);
    if (writerIsDead(name) || (await unchangedSince(file, now - staleAfter))) await rm(file, { force: true });
  }
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

function writerIsDead(name: string): boolean {
  const [space, pid] = name.split('-');
  if (space !== processSpace() || !/^[0-9]+$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return isSystemError(error, 'ESRCH');
  }
}

async function unchangedSince(file: string, time: number): Promise<boolean> {
  try {
    return (await stat(file)).mtimeMs < time;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}
