import type { Command } from 'commander';
import { withKeyOption } from '../../backup-access.ts';
import type { CliCommand } from '../../cli.ts';
import { withReason } from './restore-command.ts';

const help = `
A target is a TigerBeetle cluster (host:port of each replica, by commas) or a ledger in Redis
(redis://host:port[/database][/prefix]; without a prefix the one of a source of kind redis). It must be empty, or
hold the beginning of the same history: a restore that was ended goes on when it is run again.

Examples:
  backup-scheduler --config configuration.json restore tigerbeetle --to 127.0.0.1:3001 --dry-run
  backup-scheduler --config configuration.json restore tigerbeetle --to redis://127.0.0.1:6379/restored --at 2026-01-01T06:00:00Z`;

export const addTigerbeetleRestore: CliCommand = (group, cli) => {
  const command = group
    .command('tigerbeetle')
    .description('a ledger, with timestamps, ids and flags as they were; then all of it is compared')
    .requiredOption('--to <target>', 'addresses of a cluster, or redis://host:port/prefix')
    .option('--cluster-id <number>', 'id of the cluster', '0')
    .option('--at <time>', 'the ledger as it was at that moment (ISO 8601, up to nanoseconds)')
    .option('--backup <id>', 'this backup (default: the newest that can be read)')
    .option('--dry-run', 'everything but writing')
    .addHelpText('after', help);
  withKeyOption(withReason(command)).action(async (_options: unknown, invoked: Command) => {
    const { runLedgerRestore } = await import('./restore-ledger.ts');
    await runLedgerRestore(invoked, cli);
  });
};
