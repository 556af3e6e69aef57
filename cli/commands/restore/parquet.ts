import type { Command } from 'commander';
import type { CliCommand } from '../../cli.ts';
import { restoreCommand } from './restore-command.ts';
import { runRestore } from './restore-file.ts';

export const addParquetRestore: CliCommand = (group, cli) => {
  restoreCommand(group, {
    type: 'parquet',
    what: 'a folder of Parquet files, each proven by its SHA-256',
    target: '--to <folder>',
    example: 'restore parquet --to /data/archive --backup 01KAVQ0000000000000000000A',
  }).action((_options: unknown, command: Command) => runRestore('parquet', command, cli));
};
