import type { Command } from 'commander';
import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import { askForJson } from '../api-client.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { table } from '../table.ts';

export const workers: CliCommand = (program, cli) => {
  program
    .command('workers')
    .description('worker processes that are alive, and what each runs since when')
    .addHelpText('after', '\nExample:\n  backup-scheduler workers')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const answer = await askForJson<{ workers: readonly WorkerHeartbeat[] }>(
        await connectionFor(options, cli),
        '/api/workers',
      );
      cli.out(options.json ? JSON.stringify(answer.workers) : workerTable(answer.workers));
    });
};

function workerTable(alive: readonly WorkerHeartbeat[]): string {
  return table(
    ['type', 'process', 'since', 'runs', 'attempt', 'runs since', 'bytes'],
    alive.map(({ type, host, pid, startedAt, busyWith }) => [
      type,
      `${host}:${pid}`,
      startedAt,
      busyWith?.backupId ?? null,
      busyWith?.attempt ?? null,
      busyWith?.since ?? null,
      busyWith?.bytes ?? null,
    ]),
  );
}
