import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../engine/clock.ts';
import type { WorkerKind } from '../model/worker-kind.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import { every } from './every.ts';

/**
 * Folders of other hosts (a shared or kept volume) are marked alive by their workers; without a mark for this long they
 * are dead.
 */
const deadAfterMs = 60 * 60 * 1000;

/** `<root>/<type>/<host>,<pid>,<backup id>.<attempt>`, mode 0700, made empty. */
export async function makeScratchFolder(root: string, order: BackupOrder): Promise<string> {
  const name = `${hostname()},${process.pid},${order.backupId}.${order.attempt}`;
  const folder = join(root, order.type, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Says that the folder is in use. */
export async function markScratchFolder(folder: string, clock: Clock): Promise<void> {
  const now = new Date(clock.now());
  await utimes(folder, now, now);
}

/** Says so again and again, well within the time after which it would count as dead. What fails goes to `onError`. */
export function keepMarked(
  folder: string,
  {
    clock,
    onError,
    everyMs = 5 * 60 * 1000,
  }: { readonly clock: Clock; readonly onError: (error: unknown) => void; readonly everyMs?: number },
): { stop(): Promise<void> } {
  return every(everyMs, () => markScratchFolder(folder, clock), onError);
}

/**
 * Removes what dead workers of the kind left behind, and returns those folders' names. To be called before any work:
 * a folder that carries this process's own id is an earlier life's.
 */
export async function sweepScratchFolders(root: string, type: WorkerKind, clock: Clock): Promise<string[]> {
  const parent = join(root, type);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const swept: string[] = [];
  for (const name of await readdir(parent)) {
    const folder = join(parent, name);
    if (await isAlive(folder, name, clock)) continue;
    await rm(folder, { recursive: true, force: true });
    swept.push(name);
  }
  return swept;
}

async function isAlive(folder: string, name: string, clock: Clock): Promise<boolean> {
  const [host, pid] = name.split(',');
  if (host === hostname()) return Number(pid) !== process.pid && processExists(Number(pid));
  const marked = await stat(folder).catch(() => undefined);
  return marked !== undefined && clock.now() - marked.mtimeMs < deadAfterMs;
}

function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
