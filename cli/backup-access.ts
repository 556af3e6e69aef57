import { Option, type Command } from 'commander';
import type { OpenedBackups } from '../app/restoring/open-backups.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Log } from '../engine/log.ts';
import type { Cli, SharedOptions } from './cli.ts';
import { configurationFor } from './configuration-for.ts';

export interface KeyOptions extends SharedOptions {
  readonly recoveryKey?: string;
}

/** The option of the commands that read backups with object store and key alone. */
export function withKeyOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--recovery-key <pem>',
      'open with the private recovery key instead of the configured keys (BACKUP_RECOVERY_PASSPHRASE where it has one)',
    ),
  );
}

/** The backups of the configured object store. What cannot be read is said on standard error. */
export async function openConfiguredBackups(
  options: KeyOptions,
  cli: Cli,
): Promise<OpenedBackups & { readonly configuration: Configuration }> {
  const configuration = await configurationFor(options, cli);
  const { openBackups } = await import('../app/restoring/open-backups.ts');
  const { recoveryKey } = options;
  const passphrase = cli.env['BACKUP_RECOVERY_PASSPHRASE'];
  const backups = await openBackups(
    configuration,
    {
      ...(recoveryKey === undefined ? {} : { recoveryKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
    },
    complaintsOf(cli),
  );
  return { ...backups, configuration };
}

/** What goes wrong is said on standard error. */
export function complaintsOf(cli: Cli): Log {
  const say = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    cli.err(`${message}: ${JSON.stringify(fields)}`);
  };
  return { info: () => undefined, warn: say, error: say };
}
