import { lstat, mkdir, realpath, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { systemCode } from '../../errors/system-code.ts';
import { hiddenBeside } from './hidden-name.ts';
import { sweepDeadRestores } from './sweep-dead-restores.ts';

/** What a type restores into: one file, or a folder. */
export type TargetKind = 'file' | 'folder';

export interface Target {
  readonly to: string;
  readonly kind: TargetKind;
  readonly overwrite: boolean;
}

/**
 * Lets `restore` make `to`. With `overwrite` it makes it under a hidden name beside, and what had the name goes only
 * when all of the new is there. Whatever fails or is interrupted, the target is as it was, and folders above it that
 * were made for it are gone again; what killed ones have left of it is put right before, and `swept` hears of it. Throws
 * `restore-target-exists`, `restore-target-unusable`, `invalid-request`.
 */
export async function placeTarget<T>(
  target: Target & { readonly swept?: (told: readonly string[]) => void },
  restore: (to: string) => Promise<T>,
): Promise<T> {
  const to = placeOf(target);
  const told = await onTarget(to, sweepDeadRestores(to));
  if (told.length > 0) target.swept?.(told);
  const there = await requirePlace(target);
  const made = await onTarget(to, mkdir(dirname(to), { recursive: true }));
  const hidden = there === undefined ? undefined : hiddenBeside(to, 'new');
  const fresh = hidden?.path ?? to;
  try {
    const result = await restore(fresh);
    if (fresh !== to) await onTarget(to, replace(to, fresh));
    return result;
  } catch (error) {
    if (fresh !== to) await rm(fresh, { recursive: true, force: true });
    if (made !== undefined) await removeEmpty(dirname(to), made);
    throw error;
  } finally {
    hidden?.release();
  }
}

/**
 * What is there already, undefined for nothing. Throws `restore-target-exists` where it is not to be replaced,
 * `restore-target-unusable` where it cannot be, `invalid-request` for no name at all.
 */
export async function requirePlace(target: Target): Promise<TargetKind | undefined> {
  const to = placeOf(target);
  const there = (await kindAt(to)) ?? (await kindAt(`${to}.wal`));
  if (there === undefined) return undefined;
  if (!target.overwrite) throw exists(to);
  if (there !== target.kind) throw unusable(to, `it is no ${target.kind}`);
  if (there === 'folder' && (await holdsThisProcess(to)))
    throw unusable(
      to,
      'the current working directory is in it: start the restore from elsewhere to replace it',
    );
  return there;
}

/** An empty name would be resolved to the current working directory, with all that is in it. */
function placeOf({ to }: Target): string {
  if (to.trim() !== '') return resolve(to);
  throw new CodedError('invalid-request', '--to names no place: give the path that is to be made.');
}

async function holdsThisProcess(folder: string): Promise<boolean> {
  const below = relative(await onTarget(folder, realpath(folder)), process.cwd());
  return below.split(sep)[0] !== '..';
}

/** The old one keeps a name until the new one has its own. A log beside it belongs to it, and goes with it. */
async function replace(to: string, fresh: string): Promise<void> {
  const hidden = hiddenBeside(to, 'replaced');
  const aside = hidden.path;
  const moved: [string, string][] = [];
  try {
    for (const end of ['', '.wal']) {
      if ((await kindAt(`${to}${end}`)) === undefined) continue;
      await rename(`${to}${end}`, `${aside}${end}`);
      moved.push([`${to}${end}`, `${aside}${end}`]);
    }
    await rename(fresh, to);
    for (const [, by] of moved.splice(0)) await rm(by, { recursive: true, force: true });
  } catch (error) {
    for (const [from, by] of moved) await rename(by, from);
    throw error;
  } finally {
    hidden.release();
  }
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
