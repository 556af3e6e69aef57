import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes the entries of a folder durable, and those of every folder below it. */
export async function syncFolders(folder: string, { deep } = { deep: true }): Promise<void> {
  const entries = deep ? await readdir(folder, { withFileTypes: true }) : [];
  for (const entry of entries) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
