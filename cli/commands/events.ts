import type { Command } from 'commander';
import type { BackupEvent } from '../../model/backup-event.ts';
import { counted } from '../../web/quantities.ts';
import { askForJson } from '../api-client.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { table } from '../table.ts';

export const events: CliCommand = (program, cli) => {
  program
    .command('events')
    .description('everything that happened to a backup, over all its attempts')
    .argument('<id>', 'id of the backup')
    .addHelpText('after', '\nExample:\n  backup-scheduler events 01KAVQ0000000000000000000A --json')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const path = `/api/backups/${encodeURIComponent(id)}/events`;
      const happened = await askForJson<readonly BackupEvent[]>(await connectionFor(options, cli), path);
      cli.out(options.json ? JSON.stringify(happened) : eventTable(happened));
    });
};

function eventTable(happened: readonly BackupEvent[]): string {
  return table(
    ['at', 'attempt', 'event', 'details'],
    happened.map((event) => [event.at, event.order.attempt, event.kind, details(event)]),
  );
}

function details(event: BackupEvent): string {
  switch (event.kind) {
    case 'requested':
      return `by ${event.order.requestedBy}: ${event.order.reason}`;
    case 'started':
      return `on ${event.worker}, token ${event.fencingToken}`;
    case 'completed':
      return `${event.scope}, ${counted(event.objects, 'object')}, ${event.sealedBytes} bytes at ${event.location}`;
    case 'verified': {
      const { level, reached, result, requestedBy } = event.verification;
      return `${result} at level ${reached} (asked for: ${level}, by ${requestedBy})`;
    }
    case 'failed':
    case 'refused':
      return `${event.error.code}: ${event.error.message}`;
  }
}
