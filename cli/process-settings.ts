import type { Command } from 'commander';
import { openLog } from '../app/wiring/log.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import type { Cli, SharedOptions } from './cli.ts';

/** What a command needs that runs until SIGTERM or Ctrl-C; its log goes to standard error as JSON lines. */
export function processSettings(name: string, command: Command, cli: Cli) {
  const { config: file } = command.optsWithGlobals<SharedOptions>();
  const configuration = loadConfiguration({ file, environment: cli.env });
  return { configuration, file, log: openLog(name, configuration.log.level) };
}
