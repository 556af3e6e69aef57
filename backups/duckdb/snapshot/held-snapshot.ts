import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemClock } from '../../../engine/clock.ts';
import { CodedError, errorText } from '../../../errors/coded-error.ts';
import { openDatabase, type Database } from '../database.ts';
import { besideLog } from './beside-log.ts';
import type { Snapshot, SnapshotOptions } from './guarded-snapshot.ts';
import { exists } from './wal-file.ts';

const run = promisify(execFile);

/**
 * Copies a DuckDB file while this process holds it open read-only, so that nobody can write to it; an application that
 * starts meanwhile is refused by DuckDB. Fails with `source-held` when a writer has it open past `patience`.
 * The copying is another process's work: closing a file of ours would drop the lock that DuckDB holds on it.
 */
export async function heldSnapshot(
  path: string,
  target: string,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const { database, tries } = await hold(path, options);
  try {
    const at = (options.clock ?? systemClock).now();
    const bytes = await copy(path, target, options);
    const log = `${await besideLog(path)}.wal`;
    const walBytes = (await exists(log)) ? await copy(log, `${target}.wal`, options) : 0;
    return {
      ...{ path: target, at, bytes, walBytes, storageVersion: null, iteration: null, tries },
      method: 'held',
    };
  } finally {
    await database.close();
  }
}

async function copy(path: string, target: string, { signal, progress }: SnapshotOptions): Promise<number> {
  await run('cp', ['--', path, target], { signal });
  const { size } = await stat(target);
  progress(size);
  return size;
}

async function hold(path: string, options: SnapshotOptions): Promise<{ database: Database; tries: number }> {
  const end = performance.now() + options.patience;
  for (let tries = 1; ; tries++) {
    options.signal.throwIfAborted();
    try {
      return {
        database: await openDatabase({ path, name: 'held', readOnly: true, memoryLimit: '256MB' }),
        tries,
      };
    } catch (error) {
      const text = errorText(error);
      if (!text.includes('Could not set lock on file')) {
        throw new CodedError('source-unreadable', `${path} cannot be opened: ${text}`, { cause: error });
      }
      if (performance.now() > end) {
        throw new CodedError(
          'source-held',
          `${path} is open for writing elsewhere (${text.split('\n', 1)[0] ?? ''}), and stayed so for ${options.patience} ms. ` +
            'Stop the writer, or use mode "guarded", which copies beside it.',
          { cause: error, facts: { path, tries } },
        );
      }
      await pause(100, undefined, { signal: options.signal });
    }
  }
}
