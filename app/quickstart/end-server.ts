import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Asks a server that was started to end, unless it has, and waits until it has. */
export async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
