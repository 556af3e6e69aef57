import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { systemCode } from '../../errors/system-code.ts';

/** What a type restores into: one file, or a folder. */
export type TargetKind = 'file' | 'folder';

/**
 * Lets `restore` make `to`. With `overwrite` it makes it under a hidden name beside, and what had the name goes only
 * when all of the new is there. Whatever fails or is interrupted, the target is as it was, and folders above it that
 * were made for it are gone again. Throws `restore-target-exists`, `restore-target-unusable`.
 */
export async function placeTarget<T>(
  target: { readonly to: string; readonly kind: TargetKind; readonly overwrite: boolean },
  restore: (to: string) => Promise<T>,
): Promise<T> {
  const to = resolve(target.to);
  const there = (await kindAt(to)) ?? (await kindAt(`${to}.wal`));
  if (there !== undefined && !target.overwrite) throw exists(to);
  if (there !== undefined && there !== target.kind) throw unusable(to, `it is no ${target.kind}`);
  const made = await onTarget(to, mkdir(dirname(to), { recursive: true }));
  const fresh =
    there === undefined ? to : join(dirname(to), `.${basename(to)}.new-${randomBytes(4).toString('hex')}`);
  try {
    const result = await restore(fresh);
    if (fresh !== to) await onTarget(to, replace(to, fresh));
    return result;
  } catch (error) {
    if (fresh !== to) await rm(fresh, { recursive: true, force: true });
    if (made !== undefined) await removeEmpty(dirname(to), made);
    throw error;
  }
}

/** The old one keeps a name until the new one has its own. A log beside it belongs to it, and goes with it. */
async function replace(to: string, fresh: string): Promise<void> {
  const aside = `${fresh}.replaced`;
  const moved: [string, string][] = [];
  try {
    for (const end of ['', '.wal']) {
      if ((await kindAt(`${to}${end}`)) === undefined) continue;
      await rename(`${to}${end}`, `${aside}${end}`);
      moved.push([`${to}${end}`, `${aside}${end}`]);
    }
    await rename(fresh, to);
  } catch (error) {
    for (const [from, by] of moved) await rename(by, from);
    throw error;
  }
  for (const [, by] of moved) await rm(by, { recursive: true, force: true });
}

async function kindAt(path: string): Promise<TargetKind | 'other' | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unusable(path, errorText(error), error);
  }
}

/** From a folder up to the topmost one that was made, as long as they are empty. */
async function removeEmpty(folder: string, topmost: string): Promise<void> {
  try {
    for (let each = folder; ; each = dirname(each)) {
      await rmdir(each);
      if (each === topmost) return;
    }
  } catch (error) {
    // Somebody else uses it by now.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
  }
}

async function onTarget<T>(to: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw unusable(to, errorText(error), error);
  });
}

function exists(to: string): CodedError {
  return new CodedError(
    'restore-target-exists',
    `${to} (or a log ${basename(to)}.wal beside it) is there already: choose another name, or give --overwrite to replace it.`,
    { facts: { path: to } },
  );
}

function unusable(to: string, why: string, cause?: unknown): CodedError {
  return new CodedError('restore-target-unusable', `${to} cannot be restored into: ${why}.`, {
    cause,
    facts: { path: to },
  });
}
