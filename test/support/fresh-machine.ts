import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { runCli } from '../../cli/run-cli.ts';

/**
 * A machine with a configuration file and nothing else, as there is after a disaster: no Redis, no metadata, no keys. What
 * it answers restores the newest backup of a type and says where to.
 */
export async function freshMachine(folder: string, configuration: object) {
  const machine = join(folder, 'machine');
  const file = join(machine, 'configuration.json');
  await mkdir(machine);
  await writeFile(file, JSON.stringify(configuration));
  return async (type: 'duckdb' | 'parquet', ...options: readonly string[]): Promise<string> => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const cli = { env: {}, workingDirectory: machine, out: say, err: say };
    const to = join(folder, `${type} again`);
    const code = await runCli(['--config', file, 'restore', type, '--to', to, ...options], cli, '1.2.3');
    expect([code, said.join('\n')]).toEqual([0, expect.stringContaining('reading')]);
    return to;
  };
}
