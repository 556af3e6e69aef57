import { Command, CommanderError } from 'commander';
import { CodedError, errorText } from '../errors/coded-error.ts';
import type { Cli, CliCommand } from './cli.ts';
import { commandsFor } from './commands.ts';

/** What the process ends with. */
const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs one command line (without node and script) and returns the exit code; every error goes to standard error. */
export async function runCli(args: readonly string[], cli: Cli, version: string): Promise<number> {
  try {
    const commands = await commandsFor(args);
    await programOf(cli, { commands, version }).parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    return report(error, cli);
  }
}

function programOf(
  cli: Cli,
  { commands, version }: { readonly commands: readonly CliCommand[]; readonly version: string },
): Command {
  const program = new Command('backup-scheduler')
    .description('Keeps a platform’s stores backed up, on schedule and without overlap.')
    .version(version)
    .option('--json', 'print JSON')
    .option('--url <url>', 'where the API is (BACKUP_SCHEDULER_URL)')
    .option('--key <key>', 'API key (BACKUP_SCHEDULER_KEY; a flag can be seen by others on this machine)')
    .option('--config <file>', 'configuration file (BACKUP_SCHEDULER_CONFIG)')
    .addHelpText(
      'after',
      '\nWhere --url, --key or --config is not given, what a quickstart left in the working directory (.quickstart) is used; start,\ncontrol-plane and worker never take its configuration.\n\nExit codes: 0 done, 1 failed, 2 wrong usage. Errors: docs/errors.md.\n\nExamples:\n  backup-scheduler status\n  backup-scheduler trigger duckdb --wait\n  backup-scheduler history --json',
    )
    .configureOutput({
      writeOut: (text) => {
        cli.out(text.trimEnd());
      },
      writeErr: (text) => {
        cli.err(text.trimEnd());
      },
    })
    .showHelpAfterError('(add --help for usage)');
  for (const add of commands) add(program, cli);
  inherit(program, program);
  return program;
}

/** Subcommands report through the same channels and never end the process themselves. */
function inherit(command: Command, root: Command): void {
  command.exitOverride();
  if (command !== root) command.copyInheritedSettings(root).exitOverride();
  for (const inner of command.commands) inherit(inner, root);
}

function report(error: unknown, cli: Cli): number {
  // commander has said what was wrong, or printed the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CodedError) {
    cli.err(`error (${error.code}): ${error.message}`);
    return error.code === 'invalid-request' ? exitCodes.usage : exitCodes.failed;
  }
  cli.err(`error (internal): ${errorText(error)}`);
  return exitCodes.failed;
}
