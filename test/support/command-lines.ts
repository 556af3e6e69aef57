import { runCli } from '../../cli/run-cli.ts';
import type { TestApi } from './api.ts';
import { scratchFolders } from './scratch.ts';

/** Runs command lines as a user would, with the admin's key of the API where there is one. To be called once in a file. */
export function commandLines() {
  const scratch = scratchFolders();
  return async function run(
    args: readonly string[],
    api?: TestApi,
    env: Record<string, string> = {},
    workingDirectory?: string,
  ) {
    const out: string[] = [];
    const err: string[] = [];
    const connection = api && { BACKUP_SCHEDULER_URL: api.url, BACKUP_SCHEDULER_KEY: api.keys.admin };
    const cli = {
      env: { ...connection, ...env },
      workingDirectory: workingDirectory ?? (await scratch()),
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
    };
    const code = await runCli(args, cli, '1.2.3');
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
}
