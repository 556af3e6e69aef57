import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Cli } from './cli.ts';

const access = z.object({ url: z.string(), adminKey: z.string(), configuration: z.string() });

/** What a quickstart left in the working directory: the address of its API, a key, its configuration file. */
export async function quickstartAccess({
  workingDirectory,
}: Pick<Cli, 'workingDirectory'>): Promise<z.infer<typeof access> | undefined> {
  try {
    return access.parse(
      JSON.parse(await readFile(join(workingDirectory, '.quickstart', 'access.json'), 'utf8')),
    );
  } catch {
    // None there, or none that can be used: whoever needs it says what else there is.
    return undefined;
  }
}
