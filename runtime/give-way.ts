import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import process from 'node:process';

/**
 * Has this process, and those that it starts, give way to others from now on, as `nice -n` has a command: at 10 it takes a
 * tenth of a processor that another wants, and all of one that nobody does. It never goes in front of where it was.
 */
export function giveWay(niceness: number): void {
  if (getPriority() >= niceness) return;
  for (const id of threads()) {
    try {
      setPriority(id, niceness);
    } catch {
      // A thread that has ended meanwhile.
    }
  }
}

/** Linux has a priority for each thread; the system calls those of a process by its id. */
function threads(): readonly number[] {
  if (process.platform !== 'linux') return [process.pid];
  return readdirSync('/proc/self/task').map(Number);
}
