import type { Command } from 'commander';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { configuredTypes } from '../../app/wiring/configured-types.ts';
import { configurationWarnings } from '../../config/check.ts';
import type { CliCommand, SharedOptions } from '../cli.ts';
import { measuredDurations } from '../measured-durations.ts';

export const config: CliCommand = (program, cli) => {
  const group = program.command('config').description('the configuration: file, environment, defaults');
  group
    .command('check')
    .description('whether it can be used; if not, every key that is wrong; if so, what may disappoint')
    .addHelpText('after', '\nExample:\n  backup-scheduler config check --config /etc/backup-scheduler.json')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SharedOptions>();
      const configuration = loaded(options, cli.env);
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
    .action((_options: unknown, command: Command) => {
      const shown = JSON.stringify(
        loaded(command.optsWithGlobals<SharedOptions>(), cli.env),
        withoutPasswords,
        2,
      );
      cli.out(shown);
    });
};

function loaded({ config: file }: SharedOptions, environment: NodeJS.ProcessEnv) {
  return loadConfiguration({ file, environment });
}

function withoutPasswords(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password === '') return value;
  url.password = '***';
  return url.href;
}
