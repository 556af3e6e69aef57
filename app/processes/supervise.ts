import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from '../../engine/log.ts';
import { nodeFlags } from '../../runtime/heavy-process.ts';
import { errorText } from '../../errors/coded-error.ts';

/** A child process: a name for people, and the arguments of the CLI that make it. */
export interface ChildSpec {
  readonly name: string;
  readonly args: readonly string[];
}

export interface Supervisor {
  /** Process ids by name; a name is missing while its process is down. */
  pids(): Readonly<Record<string, number>>;
  /** SIGTERM to all, SIGKILL to those still there after the deadline. Resolves when the last has ended. */
  stop(deadlineMs: number): Promise<void>;
}

const shortestWait = 500;
const longestWait = 30_000;
/** A process that lived this long was healthy: its next restart is immediate again. */
const healthyAfter = 60_000;

/** Signals that end a child that is to stop. */
const ours = new Set<NodeJS.Signals>(['SIGTERM', 'SIGKILL']);

/**
 * Starts each child and starts it again whenever it ends or could not be started, waiting twice as long after each short
 * life. Children hold a channel to this process and stop by themselves when it dies.
 */
export function supervise(
  entry: string,
  children: readonly ChildSpec[],
  options: {
    readonly log: Log;
    readonly environment?: NodeJS.ProcessEnv;
    readonly output?: (name: string) => number | 'inherit';
  },
): Supervisor {
  const running = new Map<string, ChildProcess>();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;

  const launch = (child: ChildSpec, wait: number): void => {
    const started = performance.now();
    let over = false;
    const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (over) return;
      over = true;
      running.delete(child.name);
      if (stopping) {
        if (signal !== null && !ours.has(signal))
          options.log.warn(
            { child: child.name, signal },
            'process was ended by another signal while it was to stop',
          );
        return;
      }
      const healthy = performance.now() - started > healthyAfter;
      const pause = healthy ? shortestWait : wait;
      options.log.warn(
        { child: child.name, code, signal, restartInMs: pause },
        'process ended, starting it again',
      );
      const timer = setTimeout(() => {
        timers.delete(timer);
        launch(child, Math.min(pause * 2, longestWait));
      }, pause);
      timers.add(timer);
    };
    const failed = (error: unknown): void => {
      options.log.error({ child: child.name, error: errorText(error) }, 'process could not be started');
    };
    try {
      const output = options.output?.(child.name) ?? 'inherit';
      const launched = spawn(process.execPath, [...nodeFlags, entry, ...child.args], {
        stdio: ['ignore', output, output, 'ipc'],
        env: options.environment ?? process.env,
      });
      running.set(child.name, launched);
      options.log.info({ child: child.name, pid: launched.pid }, 'process started');
      launched.on('error', (error) => {
        failed(error);
        // Without a process there is no exit.
        if (launched.pid === undefined) ended(null, null);
      });
      launched.once('exit', ended);
    } catch (error) {
      // Such as ENOMEM; others come as an event.
      failed(error);
      ended(null, null);
    }
  };
  for (const child of children) launch(child, shortestWait);

  return {
    pids: () =>
      Object.fromEntries([...running].flatMap(([name, { pid }]) => (pid === undefined ? [] : [[name, pid]]))),
    async stop(deadlineMs) {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([...running.values()].map((child) => end(child, deadlineMs)));
    },
  };
}

async function end(child: ChildProcess, deadlineMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  await ended;
  clearTimeout(kill);
}
