import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../errors/system-code.ts';
import { hiddenNames } from './hidden-name.ts';

/**
 * Removes what killed restores of this target have left beside it, and returns what was done, in words. What such a one
 * had moved away and not yet replaced is put back. Of another machine's nobody can know whether it is at work: it stays,
 * and is named.
 */
export async function sweepDeadRestores(target: string): Promise<string[]> {
  const folder = dirname(target);
  const told: string[] = [];
  const found = hiddenNames(target, await namesIn(folder));
  for (const { name, role, alive } of found) {
    const path = join(folder, name);
    if (alive === null)
      told.push(`${path} is left of a restore on another machine: remove it when that has ended`);
    if (alive !== false) continue;
    if (role === 'replaced' && !(await exists(target))) {
      for (const end of ['', '.wal']) await renameIfThere(`${path}${end}`, `${target}${end}`);
      told.push(`${target} was put back: a killed restore had moved it away`);
      continue;
    }
    for (const end of ['', '.wal']) await rm(`${path}${end}`, { recursive: true, force: true });
    told.push(`${path} was removed: a killed restore had left it`);
  }
  return told;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // Whoever makes the target says what is wrong with the folder.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
}
