import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { systemCode } from '../../errors/system-code.ts';
import type { RestoreOrder } from '../../model/restore-order.ts';

/**
 * Where a restore over the API goes, in full: below the configured folder and through no link out of it, to a name that
 * nothing has yet; or into the configured cluster. Throws `restores-not-configured`, `invalid-request`,
 * `restore-target-exists`.
 */
export async function confineTarget(
  { backupType, to }: Pick<RestoreOrder, 'backupType' | 'to'>,
  { folder, tigerbeetle }: Configuration['restores'],
): Promise<string> {
  if (backupType === 'tigerbeetle') return confineCluster(to, tigerbeetle.addresses);
  if (folder === null) throw notConfigured('restores.folder', 'a folder');
  const path = resolve(folder, to);
  const below = relative(folder, path).split(sep);
  const named = below.every((part) => part !== '' && !part.startsWith('.'));
  if (isAbsolute(below.join(sep)) || !named || to.includes('\0') || to.split(/[\\/]/).includes('..')) {
    throw refused(to, `a path below ${folder}, of which no part begins with a dot`);
  }
  await requireInside(path, folder);
  for (const taken of [path, `${path}.wal`]) {
    if (await exists(taken)) {
      throw new CodedError('restore-target-exists', `${taken} is there already: name another place.`, {
        facts: { path: taken },
      });
    }
  }
  return path;
}

function confineCluster(to: string, addresses: string | null): string {
  if (addresses === null) throw notConfigured('restores.tigerbeetle.addresses', 'a cluster');
  const listed = (text: string): string =>
    text
      .split(',')
      .map((each) => each.trim())
      .join(',');
  if (listed(to) === listed(addresses)) return listed(addresses);
  throw refused(to, `${addresses}, which restores.tigerbeetle.addresses names`);
}

/** Where the folder is on another machine, the worker there looks. */
async function requireInside(path: string, folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  const root = await realpath(folder);
  for (let above = dirname(path); ; above = dirname(above)) {
    const real = await realpath(above).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw refused(path, `a path below ${folder}, through folders alone`);
    });
    if (real === undefined) continue;
    if (real === root || real.startsWith(`${root}${sep}`)) return;
    throw refused(path, `a path below ${folder}, through no link out of it`);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function refused(to: string, allowed: string): CodedError {
  const shown = JSON.stringify(to.slice(0, 200));
  return new CodedError('invalid-request', `field "to" is not allowed: ${shown}; allowed: ${allowed}`, {
    facts: { in: 'body', field: 'to', allowed: [allowed] },
  });
}

function notConfigured(key: string, what: string): CodedError {
  return new CodedError(
    'restores-not-configured',
    `No place is configured for restores over the API: set ${key} to ${what} that they may go into, and start a restore worker.`,
    { facts: { key } },
  );
}
