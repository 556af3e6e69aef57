import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import type { Cli, SharedOptions } from './cli.ts';
import { quickstartAccess } from './quickstart-access.ts';

/**
 * The configuration that a command looks at: `--config`, then BACKUP_SCHEDULER_CONFIG, then that of a quickstart in the
 * working directory, which is said on standard error. What goes on running (`start`, `worker`) never takes the last.
 */
export async function configurationFor(
  { config }: Pick<SharedOptions, 'config'>,
  cli: Cli,
): Promise<Configuration> {
  const given = config ?? (cli.env['BACKUP_SCHEDULER_CONFIG'] || undefined);
  const left = given === undefined ? await quickstartAccess(cli) : undefined;
  if (left !== undefined) cli.err(`no --config is given: using ${left.configuration}`);
  return loadConfiguration({ file: given ?? left?.configuration, environment: cli.env });
}
