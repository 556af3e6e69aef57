import { fileURLToPath } from 'node:url';
import type { Configuration } from '../config/configuration.ts';
import type { Log } from '../engine/log.ts';
import { type ChildSpec, supervise, type Supervisor } from './processes/supervise.ts';
import { configuredWorkers } from './wiring/configured-workers.ts';
import { requireStartable } from './wiring/require-startable.ts';

/** The script that each child process runs: the CLI itself. */
const entry = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/**
 * Starts the control plane, a worker for each configured type, the one that verifies and, where they are configured, the
 * one for restores, as processes of their own, and keeps them up. Throws `configuration-invalid` for what is not startable.
 */
export function startAll(
  configuration: Configuration,
  options: {
    /** Given on to the children. */
    readonly configurationFile: string | undefined;
    readonly log: Log;
    readonly environment: NodeJS.ProcessEnv;
    /** File descriptor for a child's output. */
    readonly output?: (name: string) => number;
  },
): Supervisor {
  const { configurationFile, log, environment, output } = options;
  requireStartable(configuration);
  const config = configurationFile === undefined ? [] : ['--config', configurationFile];
  const workers = configuredWorkers(configuration).map((type): ChildSpec => ({
    name: `${type}-worker`,
    args: [...config, 'worker', type],
  }));
  const children: ChildSpec[] = [{ name: 'control-plane', args: [...config, 'control-plane'] }, ...workers];
  return supervise(entry, children, { log, environment, ...(output === undefined ? {} : { output }) });
}
