import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from './folder-errors.ts';
import { makeDurableFolder, syncFolder } from './folder-layout.ts';

/** Times that a folder is made again which others have removed. */
const tries = 10;

/** Of a folder that goes while it is made or used; ENOTDIR is Node's mkdir's, when it has gone between two of its steps. */
const raced = ['ENOENT', 'ENOTDIR', 'ESTALE'];

/**
 * Makes the folder and works in it; again where it is removed in between, since a delete takes folders away that it
 * empties.
 */
export async function inFolder(
  folder: string,
  work: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      await makeDurableFolder(folder);
      await work();
      return;
    } catch (error) {
      if (left === 0 || !isSystemError(error, ...raced)) throw error;
    }
  }
}

/** Removes the folder and those above it, up to `top`, which stays, as far as they are empty. */
export async function removeEmptied(folder: string, top: string): Promise<void> {
  for (let emptied = folder; emptied !== top; emptied = dirname(emptied)) {
    const removed = await rmdir(emptied).then(
      () => true,
      // Another process may have done it.
      (error: unknown) => isSystemError(error, 'ENOENT'),
    );
    if (!removed) return;
  }
}

/** Makes durable that something has gone from the folder, or the folder itself, from the one above it. */
export async function syncDeletion(folder: string, top: string): Promise<void> {
  for (let left = folder; ; left = dirname(left)) {
    try {
      await syncFolder(left);
      return;
    } catch (error) {
      if (left === top || !isSystemError(error, 'ENOENT')) throw error;
    }
  }
}
