import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import type { LockScope } from '../../stores/exclusion/port.ts';
import type { AttemptLimits } from '../../workers/backup-frame.ts';
import type { SlowVerifierSettings } from './slow-verifier.ts';

export interface SlowWorkerSettings {
  readonly url: string;
  readonly prefix: string;
  readonly type: 'duckdb' | 'parquet';
  readonly lockScope: LockScope;
  readonly limits: Partial<AttemptLimits>;
  readonly store: string;
  readonly scratchRoot: string;
  /** The file that is backed up. */
  readonly source: string;
  /** While this file is missing, a backup does not end. */
  readonly goOn: string;
  /** `silent`: no byte comes while it waits. `deaf`: it does not listen to its signal. */
  readonly mode?: 'silent' | 'deaf' | 'dies-after-manifest';
}

export interface SlowWorker {
  readonly pid: number;
  /** What it has logged. */
  log(): string;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts worker processes that take backups, and ends those that are left after each test. */
export function slowWorkers(): (settings: SlowWorkerSettings) => Promise<SlowWorker> {
  return workersOf('slow-worker.js');
}

/** The same for workers that verify. */
export function slowVerifiers(): (settings: SlowVerifierSettings) => Promise<SlowWorker> {
  return workersOf('slow-verifier.js');
}

function workersOf(file: string): (settings: object) => Promise<SlowWorker> {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const children = new Set<ChildProcess>();
  afterEach(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    children.clear();
  });
  return async (settings) => {
    const child = spawn(process.execPath, [program, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let logged = '';
    child.stderr.on('data', (chunk: Buffer) => {
      logged += chunk.toString();
    });
    const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string | null);
    const early = ended.then((how) => {
      throw new Error(`the worker ended early (${how}): ${logged}`);
    });
    await Promise.race([once(child.stdout, 'data'), early]);
    return {
      pid: child.pid ?? 0,
      log: () => logged,
      signal: (name) => void child.kill(name),
      ended,
    };
  };
}
