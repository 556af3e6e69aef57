import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { examine } from '../../app/doctor/examine.ts';
import { confirmRecoveryKey } from '../../app/doctor/recovery-custody.ts';
import { openVault } from '../../app/wiring/vault.ts';
import type { Configuration } from '../../config/configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { Cli, CliCommand, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';
import { facts, table } from '../table.ts';

interface Options extends SharedOptions {
  readonly confirmRecoveryKey?: string;
}

export const doctor: CliCommand = (program, cli) => {
  program
    .command('doctor')
    .description('whether backups can be relied on here: Redis, store, keys, recovery key, sources, scratch')
    .option(
      '--confirm-recovery-key <pem>',
      'prove that this private half opens what is sealed, and record that (BACKUP_RECOVERY_PASSPHRASE where it has one)',
    )
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json doctor')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const configuration = await configurationFor(options, cli);
      if (options.confirmRecoveryKey !== undefined) {
        const confirmed = await confirm(options.confirmRecoveryKey, configuration, cli);
        cli.out(options.json === true ? JSON.stringify(confirmed) : facts(confirmed));
        return;
      }
      const found = await examine(configuration);
      const rows = found.map((one) => [one.state, one.check, one.found, one.advice]);
      cli.out(
        options.json === true ? JSON.stringify(found) : table(['', 'check', 'found', 'what to do'], rows),
      );
      const failed = found.filter(({ state }) => state === 'fail').map(({ check }) => check);
      if (failed.length === 0) return;
      throw new CodedError(
        'configuration-invalid',
        `backups cannot be relied on here: ${failed.join(', ')} must be put right`,
      );
    });
};

async function confirm(file: string, configuration: Configuration, cli: Cli) {
  const passphrase = cli.env['BACKUP_RECOVERY_PASSPHRASE'];
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CodedError('invalid-request', `the recovery key cannot be read: ${errorText(error)}`);
  });
  const { keys } = await openVault(configuration);
  return confirmRecoveryKey(configuration, keys, {
    ...{ pem, now: systemClock.now() },
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
