import { fileURLToPath } from 'node:url';
import type { Configuration } from '../config/configuration.ts';
import { readSchedules } from '../config/read-schedules.ts';
import { readVerifications } from '../config/read-verifications.ts';
import type { Log } from '../engine/log.ts';
import { compileSchedules } from '../scheduling/compile-schedules.ts';
import { compileVerifications } from '../scheduling/compile-verifications.ts';
import { type ChildSpec, supervise, type Supervisor } from './processes/supervise.ts';
import { configuredWorkers } from './wiring/configured-workers.ts';
import { requireLedger } from './wiring/ledger.ts';

/** The script that each child process runs: the CLI itself. */
const entry = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/**
 * Starts the control plane, a worker for each configured type, the one that verifies and, where they are configured, the
 * one for restores, as processes of their own, and keeps them up. Throws
 * `configuration-invalid` for schedules or a ledger that cannot be: a child that refuses them would be started again for ever.
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
  compileSchedules(readSchedules(configuration.schedules));
  compileVerifications(readVerifications(configuration.verifications));
  requireLedger(configuration);
  const config = configurationFile === undefined ? [] : ['--config', configurationFile];
  const workers = configuredWorkers(configuration).map((type): ChildSpec => ({
    name: `${type}-worker`,
    args: [...config, 'worker', type],
  }));
  const children: ChildSpec[] = [{ name: 'control-plane', args: [...config, 'control-plane'] }, ...workers];
  return supervise(entry, children, { log, environment, ...(output === undefined ? {} : { output }) });
}
