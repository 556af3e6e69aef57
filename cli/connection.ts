import { CodedError } from '../errors/coded-error.ts';
import type { Cli, SharedOptions } from './cli.ts';
import { quickstartAccess } from './quickstart-access.ts';

export interface Connection {
  readonly url: string;
  readonly key: string;
}

/** Where the API is and the key for it: flags, then environment, then what the quickstart left in this directory. */
export async function connectionFor({ url, key }: SharedOptions, cli: Cli): Promise<Connection> {
  const given = {
    url: url ?? cli.env['BACKUP_SCHEDULER_URL'],
    key: key ?? cli.env['BACKUP_SCHEDULER_KEY'],
  };
  const left = given.url === undefined || given.key === undefined ? await quickstartAccess(cli) : undefined;
  return {
    url: checkedUrl(given.url ?? left?.url ?? 'http://127.0.0.1:8080'),
    key: given.key ?? left?.adminKey ?? missingKey(),
  };
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new CodedError(
    'invalid-request',
    `--url "${url}" is no http or https address, e.g. http://127.0.0.1:8080`,
  );
}

function missingKey(): never {
  throw new CodedError(
    'unauthorized',
    'an API key is needed: give --key or set BACKUP_SCHEDULER_KEY; `backup-scheduler keys create` makes one',
  );
}
