import { readFile, rm, writeFile } from 'node:fs/promises';
import { CodedError } from '../../errors/coded-error.ts';
import { systemCode } from '../../errors/system-code.ts';

/**
 * Keeps a second quickstart out of the same folder. Throws `already-started` with the other's process id; a file left by
 * a process that is gone is taken over. Returns what gives it back.
 */
export async function lockFolder(file: string): Promise<() => Promise<void>> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') {
      // On a full disk the file is there, and empty.
      await rm(file, { force: true });
      throw error;
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => '0'));
    if (isAlive(pid)) {
      throw new CodedError(
        'already-started',
        `a quickstart runs in this folder already (process ${pid}): stop it first, or use another with --folder`,
        { facts: { pid } },
      );
    }
    await rm(file, { force: true });
    return lockFolder(file);
  }
  return () => rm(file, { force: true });
}

/** Whether another process has this id. */
export function isAlive(pid: number): boolean {
  // In a container the one that died may have had this process's number.
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
