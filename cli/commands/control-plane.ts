import type { Command } from 'commander';
import { stopRequest } from '../../app/processes/stop-request.ts';
import type { CliCommand } from '../cli.ts';
import { processSettings } from '../process-settings.ts';

export const controlPlane: CliCommand = (program, cli) => {
  program
    .command('control-plane')
    .description('API, recorder and, while it leads, scheduler')
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json control-plane')
    .action(async (_options: unknown, command: Command) => {
      const { configuration, log } = processSettings('control-plane', command, cli);
      const asked = stopRequest();
      const { startControlPlane } = await import('../../app/control-plane.ts');
      const running = await startControlPlane(configuration, log);
      log.info({ url: running.url }, 'serving');
      log.info({ reason: await asked }, 'stopping');
      await running.stop();
    });
};
