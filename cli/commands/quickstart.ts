import { type Command, InvalidArgumentError } from 'commander';
import { CodedError } from '../../errors/coded-error.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { firstRunTables } from '../first-run-table.ts';

interface Options extends SharedOptions {
  readonly once?: true;
  readonly folder: string;
  readonly port: number;
}

/** Sample data, a private Redis, everything started and run once. */
export const quickstart: CliCommand = (program, cli) => {
  program
    .command('quickstart')
    .description('sample data, a private Redis, everything started, every schedule run once')
    .option('--once', 'end when every schedule has run once')
    .option('--folder <path>', 'where it keeps everything', '.quickstart')
    .option('--port <number>', 'port of the API; a free one when it is taken', portOf, 8080)
    .addHelpText('after', '\nExample:\n  backup-scheduler quickstart --once')
    .action(async (_options: unknown, command: Command) => {
      const { once = false, folder, port, json } = command.optsWithGlobals<Options>();
      const { quickstart: runQuickstart } = await import('../../app/quickstart/quickstart.ts');
      const code = await runQuickstart({
        ...{ folder, once, port, environment: cli.env },
        say: (line) => {
          cli.err(line);
        },
        show: (run) => {
          cli.out(json === true ? JSON.stringify(run) : firstRunTables(run));
        },
      });
      if (code !== 0)
        throw new CodedError('schedule-missed', 'not every schedule has run; see the lines above');
    });
};

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
}
