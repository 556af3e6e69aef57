import { lstat, readdir } from 'node:fs/promises';
import type { BigIntStats, Dirent } from 'node:fs';
import { join } from 'node:path';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { LeftFile } from './manifest.ts';
import { type FileState, fileState } from './file-state.ts';

export interface Scan {
  /** Regular files in the order of their paths' code units. */
  readonly files: readonly (FileState & { readonly path: string })[];
  readonly left: readonly Omit<LeftFile, 'kept'>[];
}

const statsInFlight = 32;

/**
 * All files below the archive folder, hive partitions and all, in one order whatever the file system says. Links are
 * never followed. What vanishes while it looks is not there; what cannot be read fails with `source-unreadable`.
 */
export async function scanArchive(folder: string, signal: AbortSignal): Promise<Scan> {
  const paths: string[] = [];
  const left: Omit<LeftFile, 'kept'>[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    signal.throwIfAborted();
    for (const entry of await entriesOf(folder, at)) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.name.includes('\uFFFD')) left.push({ path, reason: 'name-not-utf8' });
      else if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) paths.push(path);
      else left.push({ path, reason: entry.isSymbolicLink() ? 'symlink' : 'special' });
    }
  }
  paths.sort(inCodeUnits);
  left.sort((one, other) => inCodeUnits(one.path, other.path));
  const files: (FileState & { path: string })[] = [];
  for (let start = 0; start < paths.length; start += statsInFlight) {
    signal.throwIfAborted();
    const some = paths.slice(start, start + statsInFlight);
    const stats = await Promise.all(some.map((path) => statOf(join(folder, path))));
    some.forEach((path, index) => {
      const stat = stats[index];
      if (stat?.isFile() === true) files.push({ path, ...fileState(stat) });
    });
  }
  return { files, left };
}

export function inCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

async function entriesOf(folder: string, at: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(folder, at), { withFileTypes: true });
  } catch (error) {
    if (at !== '' && vanished(error)) return [];
    throw unreadable(join(folder, at), error);
  }
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (vanished(error)) return undefined;
    throw unreadable(path, error);
  }
}

function vanished(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What an operator can do about a path of the archive that cannot be read. */
export function unreadable(path: string, error: unknown): CodedError {
  const code = (error as NodeJS.ErrnoException).code;
  const advice =
    code === 'ENOENT'
      ? 'Mount it, create it, or set the path of the Parquet archive to the right folder.'
      : code === 'ENOTDIR'
        ? 'Set the path of the Parquet archive to a folder.'
        : code === 'EACCES' || code === 'EPERM'
          ? 'Give the user of the worker the right to read it.'
          : 'Check the disk or the mount that holds it.';
  return new CodedError(
    'source-unreadable',
    `The Parquet archive cannot be read at ${path}: ${errorText(error)}. ${advice}`,
    { cause: error, facts: { path, reason: code ?? 'unknown' } },
  );
}
