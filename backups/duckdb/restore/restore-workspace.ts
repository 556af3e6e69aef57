import { link, lstat, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CodedError, errorText } from '../../../errors/coded-error.ts';
import { systemCode } from '../../../errors/system-code.ts';
import { hiddenBeside } from '../../restoring/hidden-name.ts';
import { sweepDeadRestores } from '../../restoring/sweep-dead-restores.ts';
import { refuseQuery } from '../refuse-query.ts';

/** Where a database is put together before it gets its name. */
export interface Workspace {
  readonly folder: string;
  readonly database: string;
  /** Gives the complete database its name, durably. Throws `restore-target-exists` when something has it by now. */
  publish(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes a hidden folder beside the target, so that giving the name is one step on one file system: a restore that is
 * killed leaves the target absent. What killed ones have left of the same target is removed. Throws `invalid-request`,
 * `restore-target-exists`, `restore-target-unusable`.
 */
export async function openWorkspace(to: string): Promise<Workspace> {
  const target = resolve(to);
  refuseQuery(target, 'invalid-request');
  const parent = dirname(target);
  try {
    await refuseExisting(target);
    await mkdir(parent, { recursive: true });
    await sweepDeadRestores(target);
    const hidden = hiddenBeside(target, 'restoring');
    const folder = hidden.path;
    await mkdir(folder, { mode: 0o700 });
    const database = join(folder, 'database');
    return {
      folder,
      database,
      publish: () => publish(database, target),
      async remove() {
        await rm(folder, { recursive: true, force: true });
        hidden.release();
      },
    };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new CodedError('restore-target-unusable', `${target} cannot be written: ${errorText(error)}`, {
      cause: error,
    });
  }
}

/** A log beside the target would be taken for the new database's own. */
async function refuseExisting(target: string): Promise<void> {
  for (const path of [target, `${target}.wal`]) {
    const found = await lstat(path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found) throw exists(path);
  }
}

async function publish(database: string, target: string): Promise<void> {
  const file = await open(database, 'r+');
  await file.sync();
  await file.close();
  try {
    // Unlike rename, it never takes the name from what has it.
    await link(database, target);
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? exists(target) : error;
  }
  const folder = await open(dirname(target), 'r');
  await folder.sync();
  await folder.close();
}

function exists(path: string): CodedError {
  return new CodedError(
    'restore-target-exists',
    `${path} is there already; a restore never writes over anything. Choose another name, or move it away.`,
    { facts: { path } },
  );
}
