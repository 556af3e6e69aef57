import type { Command } from 'commander';
import { drawRoutes } from '../../engine/draw.ts';
import { listRoutes } from '../../engine/list.ts';
import { allRoutes } from '../../routes/all-routes.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { table } from '../table.ts';

export const routes: CliCommand = (program, cli) => {
  const group = program.command('routes').description('the message routes that this program is made of');
  group
    .command('list')
    .description('each route: source, steps, targets, error policy')
    .addHelpText('after', '\nExample:\n  backup-scheduler routes list --json')
    .action((_options: unknown, command: Command) => {
      const listed = listRoutes(allRoutes);
      if (command.optsWithGlobals<SharedOptions>().json) cli.out(JSON.stringify(listed));
      else {
        const rows = listed.map((one) => [
          one.id,
          one.from,
          one.steps.join(', '),
          one.to.join(', '),
          one.onError,
        ]);
        cli.out(table(['route', 'from', 'steps', 'to', 'on error'], rows));
      }
    });
  group
    .command('draw')
    .description('all routes as a mermaid flowchart')
    .addHelpText('after', '\nExample:\n  backup-scheduler routes draw > routes.mmd')
    .action((_options: unknown, command: Command) => {
      const drawing = drawRoutes(allRoutes);
      cli.out(command.optsWithGlobals<SharedOptions>().json ? JSON.stringify({ mermaid: drawing }) : drawing);
    });
};
