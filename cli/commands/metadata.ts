import type { Command } from 'commander';
import { openLog } from '../../app/wiring/log.ts';
import { counted } from '../../web/quantities.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';

export const metadata: CliCommand = (program, cli) => {
  program
    .command('metadata')
    .description('what a control plane knows of backups')
    .command('rebuild')
    .description('make it again from manifests and event objects, with store and key alone')
    .addHelpText('after', '\nExample:\n  backup-scheduler --config configuration.json metadata rebuild')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const configuration = await configurationFor(options, cli);
      const { rebuildMetadataFile } = await import('../../app/rebuild-metadata-file.ts');
      const report = await rebuildMetadataFile(configuration, openLog('metadata', configuration.log.level));
      const { backups, events, eventObjects, damaged } = report;
      if (options.json === true) cli.out(JSON.stringify(report));
      else
        cli.out(
          `${counted(backups, 'backup')} and ${counted(events, 'event')} (${counted(eventObjects, 'object')}) recorded`,
        );
      for (const key of damaged) cli.err(`damaged, left out: ${key}`);
    });
};
