import type { Command } from 'commander';
import type { CliCommand } from '../../cli.ts';
import { restoreCommand } from './restore-command.ts';

export const addParquetRestore: CliCommand = (group, cli) => {
  restoreCommand(group, {
    type: 'parquet',
    what: 'a folder of Parquet files, each proven by its SHA-256',
    target: '--to <folder>',
    example: 'restore parquet --to /data/archive --backup 01KAVQ0000000000000000000A',
  }).action(async (_options: unknown, command: Command) => {
    const { runRestore } = await import('./restore-file.ts');
    await runRestore('parquet', command, cli);
  });
};
