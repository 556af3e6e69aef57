import type { Command } from 'commander';
import { stopRequest } from '../../app/processes/stop-request.ts';
import { stopWithinMs } from '../../app/processes/stop-within.ts';
import { startAll } from '../../app/start.ts';
import type { CliCommand } from '../cli.ts';
import { processSettings } from '../process-settings.ts';

export const start: CliCommand = (program, cli) => {
  program
    .command('start')
    .description(
      'control plane, a worker for each configured type and one that verifies, kept up until stopped',
    )
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json start')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, file, log } = processSettings('supervisor', command, cli);
      const supervisor = startAll(configuration, { configurationFile: file, log, environment: cli.env });
      log.info({ reason: await stopRequest() }, 'stopping');
      await supervisor.stop(stopWithinMs(configuration));
    });
};
