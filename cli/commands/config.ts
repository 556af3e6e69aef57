import type { Command } from 'commander';
import { configuredTypes } from '../../app/wiring/configured-types.ts';
import { requireStartable } from '../../app/wiring/require-startable.ts';
import { configurationWarnings } from '../../config/check.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';
import { measuredDurations } from '../measured-durations.ts';

export const config: CliCommand = (program, cli) => {
  const group = program.command('config').description('the configuration: file, environment, defaults');
  group
    .command('check')
    .description('whether it can be used; if not, every key that is wrong; if so, what may disappoint')
    .addHelpText('after', '\nExample:\n  backup-scheduler config check --config /etc/backup-scheduler.json')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const configuration = await configurationFor(options, cli);
      requireStartable(configuration);
      const warnings = configurationWarnings(configuration, {
        configuredTypes: configuredTypes(configuration),
        typicalMs: await measuredDurations(options, cli),
      });
      if (options.json) cli.out(JSON.stringify({ ok: true, warnings }));
      else cli.out(['the configuration can be used', ...warnings.map((one) => `warning: ${one}`)].join('\n'));
    });
  group
    .command('show')
    .description('every key with its value; durations in milliseconds, passwords hidden')
    .addHelpText('after', '\nExample:\n  backup-scheduler config show')
    .action(async (_options: unknown, command: Command) => {
      const configuration = await configurationFor(command.optsWithGlobals<SharedOptions>(), cli);
      cli.out(JSON.stringify(configuration, withoutPasswords, 2));
    });
};

/** By its text, since the hosts of several Sentinels are no URL that could be parsed. */
function withoutPasswords(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('://')) return value;
  return value.replace(/(:\/\/[^/?#@:]*:)[^@/]*(?=@)/, '$1***').replace(/(password=)[^&]*/gi, '$1***');
}
