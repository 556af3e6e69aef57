import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './folder-errors.ts';
import { requireRoot, reservedFolder } from './folder-layout.ts';
import type { StoredObject } from './port.ts';

/** Files looked at together: enough to hide the disk's latency, few enough for libuv's threads. */
const batch = 32;

/** Every object whose key begins with the prefix, in key order, one folder in memory at a time. */
export async function* listFolder(root: string, prefix: string): AsyncGenerator<StoredObject> {
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
}

async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<StoredObject> {
  const names = (await entries(root, folder))
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .filter((entry) => folder !== '' || entry.name !== reservedFolder)
    // A folder sorts by its slash: keys are in byte order, and `a.txt` comes before `a/b`.
    .map((entry) => (entry.isDirectory() ? `${folder}${entry.name}/` : `${folder}${entry.name}`))
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => (a < b ? -1 : 1));
  for (let start = 0; start < names.length; start += batch) {
    const some = names.slice(start, start + batch);
    const found = await Promise.all(
      some.map(async (key) => (key.endsWith('/') ? undefined : look(root, key))),
    );
    for (const [index, key] of some.entries()) {
      const object = found[index];
      if (key.endsWith('/')) yield* walk(root, key, prefix);
      else if (object !== undefined) yield object;
    }
  }
}

async function entries(root: string, folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
    await requireRoot(root);
    return [];
  }
}

/** Size and time; undefined when it is no object, or was deleted a moment ago. */
export async function look(
  root: string,
  key: string,
): Promise<(StoredObject & { inode: bigint }) | undefined> {
  try {
    const file = await stat(join(root, key), { bigint: true });
    if (!file.isFile()) return undefined;
    return { key, bytes: Number(file.size), modified: Number(file.mtimeMs), inode: file.ino };
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw error;
    await requireRoot(root);
    return undefined;
  }
}
