import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { createSealingKeys } from '../../stores/keys/local.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';
import { facts } from '../table.ts';

export const recoveryKey: CliCommand = (program, cli) => {
  const group = program
    .command('recovery-key')
    .description('the key that opens every backup without this machine, kept off it');
  group
    .command('create')
    .description(
      'make one, and the keyring of the working key where the configuration wants one and there is none',
    )
    .argument(
      '<file>',
      'for the private half (encrypted with BACKUP_RECOVERY_PASSPHRASE where that is set): take it off this machine',
    )
    .addHelpText(
      'after',
      '\nExample:\n  backup-scheduler recovery-key create /media/usb/recovery-private.pem',
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const { keys } = await configurationFor(options, cli);
      const keyring = keys.kind === 'local' && (await isMissing(keys.file)) ? { keyring: keys.file } : {};
      const files = { recoveryPublicKey: keys.recoveryPublicKey, recoveryPrivateKey: file, ...keyring };
      const passphrase = cli.env['BACKUP_RECOVERY_PASSPHRASE'];
      const { keyId } = await createSealingKeys(files, passphrase === undefined ? {} : { passphrase });
      const made = { keyId, ...files };
      cli.out(options.json ? JSON.stringify(made) : facts(made));
    });
};

async function isMissing(file: string): Promise<boolean> {
  return access(file).then(
    () => false,
    () => true,
  );
}
