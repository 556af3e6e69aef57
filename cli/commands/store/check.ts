import type { Command } from 'commander';
import { openStore } from '../../../app/wiring/vault.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { checkObjectStore } from '../../../stores/objects/check-store.ts';
import type { CliCommand, SharedOptions } from '../../cli.ts';
import { configurationFor } from '../../configuration-for.ts';
import { table } from '../../table.ts';

export const addStoreCheck: CliCommand = (group, cli) => {
  group
    .command('check')
    .description('try out which guarantees it keeps, with small objects that are deleted again')
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json store check')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const found = await checkObjectStore(await openStore(await configurationFor(options, cli)));
      const rows = found.map(({ guarantee, kept, seen }) => [kept ? 'ok' : 'lacks', guarantee, seen ?? '']);
      cli.out(options.json === true ? JSON.stringify(found) : table(['', 'guarantee', 'seen'], rows));
      if (found.some(({ kept, needed }) => needed && !kept)) {
        throw new CodedError(
          'configuration-invalid',
          'this store would lose backups: it is refused at start',
        );
      }
    });
};
