import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Names the folder, made and removed with each run, in which the tests of all files find what is made once. */
export const madeOnceVariable = 'TEST_MADE_ONCE';

/** A folder that the first test to ask for it makes, for all test files: RSA keys and sample data take seconds. */
export async function madeOnce(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const root = process.env[madeOnceVariable];
  if (root === undefined) throw new Error('the tests run without their global set-up');
  const folder = join(root, name);
  if (await exists(folder)) return folder;
  const unfinished = await mkdtemp(join(root, `.${name}-`));
  await make(unfinished);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    // Another process was faster.
    await rm(unfinished, { recursive: true });
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
