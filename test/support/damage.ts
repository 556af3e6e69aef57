import { copyFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Ways in which stored objects are lost, changed or mixed up; keys in the store's folder `root`. */
export const damage = {
  async flip(root: string, key: string): Promise<void> {
    const bytes = await readFile(join(root, key));
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(join(root, key), bytes);
  },
  async truncate(root: string, key: string): Promise<void> {
    await truncate(join(root, key), (await readFile(join(root, key))).length - 1);
  },
  async delete(root: string, key: string): Promise<void> {
    await rm(join(root, key));
  },
  /** What `other` holds lies in both places. */
  async foreign(root: string, key: string, other: string): Promise<void> {
    await copyFile(join(root, other), join(root, key));
  },
  async swap(root: string, key: string, other: string): Promise<void> {
    const aside = join(root, `${key}.aside`);
    await rename(join(root, key), aside);
    await rename(join(root, other), join(root, key));
    await rename(aside, join(root, other));
  },
};

/** Puts files as they are now back when the returned function is called. */
export async function remember(root: string, keys: readonly string[]): Promise<() => Promise<void>> {
  const kept = await Promise.all(keys.map(async (key) => [key, await readFile(join(root, key))] as const));
  return async () => {
    for (const [key, bytes] of kept) {
      await rm(join(root, key), { force: true });
      await writeFile(join(root, key), bytes);
    }
  };
}
