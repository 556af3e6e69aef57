import type { Command } from 'commander';
import { askForJson } from '../api-client.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { facts } from '../table.ts';

export const show: CliCommand = (program, cli) => {
  program
    .command('show')
    .description('one backup, with its progress while it runs')
    .argument('<id>', 'id of the backup')
    .addHelpText('after', '\nExample:\n  backup-scheduler show 01KAVQ0000000000000000000A')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const path = `/api/backups/${encodeURIComponent(id)}`;
      const backup = await askForJson<Record<string, unknown>>(await connectionFor(options, cli), path);
      cli.out(options.json ? JSON.stringify(backup) : facts(backup));
    });
};
