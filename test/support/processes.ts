import type { SiteProcess } from './scheduler.ts';

/** Whether a process of this id runs. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ids of the processes that a supervisor has started, as it says in its log. */
export async function childrenOf(supervisor: SiteProcess): Promise<readonly number[]> {
  const lines = (await supervisor.output()).split('\n').filter((line) => line.includes('"process started"'));
  return lines.map((line) => (JSON.parse(line) as { pid: number }).pid);
}
