import type { Command } from 'commander';
import type { CliCommand } from '../../cli.ts';
import { restoreCommand } from './restore-command.ts';

export const addDuckdbRestore: CliCommand = (group, cli) => {
  restoreCommand(group, {
    type: 'duckdb',
    what: 'a DuckDB file, proven table by table against the fingerprints that were taken with it',
    target: '--to <file>',
    example: 'restore duckdb --to /data/hot.duckdb --at 2026-01-01T06:00:00Z --tables orders,customers',
  })
    .option('--tables <names>', 'only these (name or schema.name, by commas), and those their keys refer to')
    .option('--tenant <id>', 'only rows of this tenant; needs --tenant-column')
    .option(
      '--tenant-column <name>',
      'column that says whose a row is; tables without it are left out, unless --tables names them or a key refers to them',
    )
    .action(async (_options: unknown, command: Command) => {
      const { runRestore } = await import('./restore-file.ts');
      await runRestore('duckdb', command, cli);
    });
};
