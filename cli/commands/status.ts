import type { Command } from 'commander';
import type { BackupScheduleStatus } from '../../processors/get-backup-schedule-status.ts';
import { askForJson } from '../api-client.ts';
import type { Cli, CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { table } from '../table.ts';

interface Health {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
}

export const status: CliCommand = (program, cli) => {
  program
    .command('status')
    .description('health, and every schedule: last, next, RPO, and why it does what it does')
    .addHelpText(
      'after',
      '\nExamples:\n  backup-scheduler status\n  backup-scheduler status --json | jq .schedules',
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const connection = await connectionFor(options, cli);
      const health = await askForJson<Health>(connection, '/api/health');
      // Told first: it answers also where what the schedules are asked from does not.
      if (!options.json) showHealth(health, cli);
      const schedule = await askForJson<BackupScheduleStatus>(connection, '/api/backups/schedule');
      if (options.json) cli.out(JSON.stringify({ health, ...schedule }));
      else showSchedules(schedule, cli);
    });
};

function showHealth({ status: state, checks }: Health, cli: Cli): void {
  cli.out(`health: ${state}`);
  for (const check of checks) if (check.state !== 'ok') cli.out(`  ${check.name}: ${check.detail}`);
}

function showSchedules(schedule: BackupScheduleStatus, cli: Cli): void {
  cli.out(schedule.enabled ? '' : '\nscheduling is switched off; backups on demand still run\n');
  cli.out(scheduleTable(schedule));
}

/** The schedules as `status` and `schedule` print them. */
export function scheduleTable({ schedules }: BackupScheduleStatus): string {
  return table(
    ['name', 'every', 'status', 'last backup', 'next backup', 'rpo', 'reason'],
    schedules.map((one) => [
      one.name,
      one.interval,
      one.status,
      one.lastBackup,
      one.nextBackup,
      one.rpo.holds === null ? null : one.rpo.holds ? 'holds' : 'MISSED',
      one.reason,
    ]),
  );
}
