import { open, readFile, rm } from 'node:fs/promises';
import { CodedError } from '../../errors/coded-error.ts';

/**
 * Keeps a second quickstart out of the same folder. Throws `already-started` with the other's process id; a file left by
 * a process that is gone is taken over. Returns what gives it back.
 */
export async function lockFolder(file: string): Promise<() => Promise<void>> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
  } catch {
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

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
