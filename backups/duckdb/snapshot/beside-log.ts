import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CodedError } from '../../../errors/coded-error.ts';
import { refuseQuery } from '../refuse-query.ts';
import { exists } from './wal-file.ts';

/**
 * The path of a database file beside which its log lies, or will. Where the file is a symbolic link, that is what it leads
 * to; DuckDB before 1.5 writes the log beside the link. Throws `source-unreadable` where both have one,
 * `configuration-invalid`.
 */
export async function besideLog(path: string): Promise<string> {
  const real = await realpath(path);
  refuseQuery(real, 'configuration-invalid');
  const link = join(await realpath(dirname(path)), basename(path));
  if (link === real || !(await hasLog(link))) return real;
  if (!(await hasLog(real))) return link;
  throw new CodedError(
    'source-unreadable',
    `${link} is a link to ${real}, and each has a log (.wal) beside it, so that nobody can tell what was committed: open ` +
      'and close the file in its application, and move away the log that is left.',
    { facts: { path } },
  );
}

async function hasLog(path: string): Promise<boolean> {
  for (const end of ['.wal', '.wal.checkpoint', '.wal.recovery']) if (await exists(path + end)) return true;
  return false;
}
