import type { Command } from 'commander';
import { restoreLedger } from '../../../app/restoring/restore-ledger.ts';
import { type KeyOptions, openConfiguredBackups, withKeyOption } from '../../backup-access.ts';
import type { CliCommand } from '../../cli.ts';
import { interruptible } from '../../interruptible.ts';
import { facts } from '../../table.ts';
import { wantedOf } from './restore-command.ts';

interface Options extends KeyOptions {
  readonly to: string;
  readonly clusterId: string;
  readonly at?: string;
  readonly backup?: string;
  readonly dryRun?: true;
}

export const addTigerbeetleRestore: CliCommand = (group, cli) => {
  const command = group
    .command('tigerbeetle')
    .description('a ledger, with timestamps, ids and flags as they were; then all of it is compared')
    .requiredOption('--to <addresses>', 'cluster that is empty, or holds what an ended restore wrote')
    .option('--cluster-id <number>', 'its id', '0')
    .option('--at <time>', 'the ledger as it was at that moment (ISO 8601; default: the newest backup)')
    .option('--backup <id>', 'this backup')
    .option('--dry-run', 'everything but writing')
    .addHelpText(
      'after',
      '\nExample:\n  backup-scheduler --config configuration.json restore tigerbeetle --to 127.0.0.1:3001',
    );
  withKeyOption(command).action(async (_options: unknown, invoked: Command) => {
    const options = invoked.optsWithGlobals<Options>();
    const { to, clusterId } = options;
    const dryRun = options.dryRun === true;
    const order = { to, clusterId, dryRun, wanted: wantedOf(options) };
    const { catalog, configuration } = await openConfiguredBackups(options, cli);
    const scratch = configuration.scratch.folder;
    const done = await interruptible((signal) => restoreLedger(catalog, { ...order, scratch }, signal));
    for (const { id, expires } of done.open) {
      const until = expires === 0n ? 'never' : new Date(Number(expires / 1_000_000n)).toISOString();
      cli.err(`note: pending transfer ${id} is open; it would have expired: ${until}`);
    }
    const restored = {
      ...{ [dryRun ? 'wouldRestore' : 'restored']: to, backupId: done.backupId, ...done.total },
      ...{ voided: done.voided.length, open: done.open.length },
    };
    cli.out(options.json === true ? JSON.stringify(restored) : facts(restored));
  });
};
