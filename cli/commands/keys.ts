import { type Command, Option } from 'commander';
import { openApiKeys, type ApiKeys } from '../../api/auth/api-keys.ts';
import { type Role, roles } from '../../api/auth/roles.ts';
import { systemClock } from '../../engine/clock.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { Cli, CliCommand, SharedOptions } from '../cli.ts';
import { configurationFor } from '../configuration-for.ts';
import { facts, table } from '../table.ts';

interface Options extends SharedOptions {
  readonly keysFile?: string;
  readonly role: Role;
}

/** Works on the file of API keys itself, on the machine where it lies; the API sees changes at once. */
export const keys: CliCommand = (program, cli) => {
  const group = program
    .command('keys')
    .description('API keys, in the file that the configuration names')
    .option('--keys-file <file>', 'another file of keys');
  group
    .command('create')
    .description('make a key; it is shown once and kept as a hash')
    .argument('<name>', 'who will use it')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .addHelpText('after', '\nExample:\n  backup-scheduler keys create grafana --role viewer')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { key, apiKey } = await (await keysOf(options, cli)).create(name, options.role);
      const made = { key, name: apiKey.name, role: apiKey.role };
      cli.out(options.json ? JSON.stringify(made) : facts(made));
    });
  group
    .command('list')
    .description('the keys that there are')
    .addHelpText('after', '\nExample:\n  backup-scheduler keys list')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const known = await (await keysOf(options, cli)).list();
      const rows = known.map((key) => [key.name, key.role, key.createdAt, key.fingerprint]);
      cli.out(options.json ? JSON.stringify(known) : table(['name', 'role', 'created', 'fingerprint'], rows));
    });
  revoke(group, cli);
};

function revoke(group: Command, cli: Cli): void {
  group
    .command('revoke')
    .description('end a key and the sessions that were opened with it')
    .argument('<name>', 'its name')
    .addHelpText('after', '\nExample:\n  backup-scheduler keys revoke grafana')
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      if (!(await (await keysOf(options, cli)).revoke(name))) {
        throw new CodedError(
          'invalid-request',
          `there is no key named "${name}"; see \`backup-scheduler keys list\``,
        );
      }
      cli.out(options.json ? JSON.stringify({ revoked: name }) : `revoked ${name}`);
    });
}

async function keysOf(options: Options, cli: Cli): Promise<ApiKeys> {
  const file = options.keysFile ?? (await configurationFor(options, cli)).api.keysFile;
  return openApiKeys(file, systemClock);
}
