import { lstat } from 'node:fs/promises';
import { CodedError, errorText } from '../../../errors/coded-error.ts';

/** Throws `restore-target-exists` where there is something already. */
export async function assertFree(to: string): Promise<void> {
  const found = await lstat(to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(to, error);
  });
  if (found === undefined) return;
  throw new CodedError(
    'restore-target-exists',
    `${to} exists already, and a restore never writes over anything: name a folder that does not exist yet.`,
    { facts: { path: to } },
  );
}

/** Work on the restored folder; what the file system refuses becomes `restore-target-unusable`. */
export async function onTarget<T>(to: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw unusable(to, error);
  });
}

/** What an operator can do about a folder that cannot be restored into. */
function unusable(to: string, error: unknown): CodedError {
  return new CodedError(
    'restore-target-unusable',
    `Restoring to ${to} is not possible: ${errorText(error)}. Free the space it needs, or name a folder where this user may write.`,
    { cause: error, facts: { path: to } },
  );
}
