import type { Command } from 'commander';
import type { BackupScheduleStatus } from '../../processors/get-backup-schedule-status.ts';
import { askForJson } from '../api-client.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { connectionFor } from '../connection.ts';
import { schedulePreview } from './schedule-preview.ts';
import { scheduleTable } from './status.ts';

export const schedule: CliCommand = (program, cli) => {
  const group = program
    .command('schedule')
    .description('every schedule with its last and next backup, and why')
    .addHelpText(
      'after',
      '\nExamples:\n  backup-scheduler schedule\n  backup-scheduler schedule preview --until 2026-12-31T00:00:00Z',
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const answer = await askForJson<BackupScheduleStatus>(
        await connectionFor(options, cli),
        '/api/backups/schedule',
      );
      cli.out(options.json ? JSON.stringify(answer) : scheduleTable(answer));
    });
  group.addCommand(schedulePreview(cli));
};
