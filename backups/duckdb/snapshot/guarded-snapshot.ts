import { type FileHandle, open, rename, rm, truncate } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '../../../engine/clock.ts';
import { CodedError, errorText } from '../../../errors/coded-error.ts';
import { systemCode } from '../../../errors/system-code.ts';
import { besideLog } from './beside-log.ts';
import { copyBlocks, reflink } from './copy-blocks.ts';
import { copyWhole } from './copy-whole.ts';
import { beginGuard, endGuard, type Guard } from './guard.ts';
import { TryAgain } from './try-again.ts';
import { exists } from './wal-file.ts';

export interface SnapshotOptions {
  /** Milliseconds after which the last reason becomes an error. */
  readonly patience: number;
  readonly signal: AbortSignal;
  /** Bytes read from the source since the last call. */
  readonly progress: (bytes: number) => void;
  readonly clock?: Clock;
  /**
   * Called with each try: may read what is guarded meanwhile, until `end` has returned. A copy of what was read in the last
   * try is as good as the copy.
   */
  readonly beside?: (source: FileHandle) => { end(): Promise<void> };
}

export interface Snapshot {
  /** The copy, with its log beside it; opened, it holds a state that the source had at one moment. */
  readonly path: string;
  /** The moment whose data it holds, in milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
  readonly walBytes: number;
  readonly storageVersion: number | null;
  readonly iteration: string | null;
  readonly tries: number;
  readonly method: 'reflink' | 'blocks' | 'held';
}

/**
 * Copies a DuckDB file that another process may have open and write to, without opening it with DuckDB, locking it or
 * writing beside it. Tries again while the writer checkpoints, up to `patience`; then fails with `source-changed` and
 * the last reason. A file of an unknown kind is refused with `source-unreadable`.
 */
export async function guardedSnapshot(
  path: string,
  target: string,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const end = performance.now() + options.patience;
  let again = false;
  for (let tries = 1; ; tries++) {
    options.signal.throwIfAborted();
    try {
      const { guard, method } = await tryOnce(path, target, { ...options, again });
      return {
        path: target,
        at: guard.at,
        bytes: guard.size,
        walBytes: await keepCommitted(target, guard),
        storageVersion: guard.headers.storageVersion,
        iteration: guard.headers.iteration.toString(),
        tries,
        method,
      };
    } catch (error) {
      if (!(error instanceof TryAgain)) throw await refusal(error, { path, target });
      if (performance.now() > end)
        throw await gaveUp(error, { path, target, tries, patience: options.patience });
      again = await exists(target);
      await pause(Math.min(5 * tries, 100), undefined, { signal: options.signal });
    }
  }
}

async function tryOnce(
  file: string,
  target: string,
  options: SnapshotOptions & { readonly again: boolean },
): Promise<{ readonly guard: Guard; readonly method: Snapshot['method'] }> {
  const path = await besideLog(file);
  const handle = await open(path, 'r');
  try {
    const guarded = { path, handle, walCopy: `${target}.wal`, clock: options.clock ?? systemClock };
    const guard = await beginGuard(guarded);
    const shared = await reflink(path, `${target}.reflink`);
    const copying = { ...options, size: guard.size };
    const beside = options.beside?.(handle);
    try {
      const whole = shared || (!options.again && (await copyWhole(path, target, copying)));
      if (!whole) await copyBlocks(handle, target, copying);
    } finally {
      await beside?.end();
    }
    await endGuard(guarded, guard);
    if ((await besideLog(file)) !== path) throw new TryAgain('a log was made elsewhere');
    if (shared) {
      await rename(`${target}.reflink`, target);
      options.progress(guard.size);
    }
    return { guard, method: shared ? 'reflink' : 'blocks' };
  } finally {
    await handle.close();
  }
}

/** The copied log up to its last whole commit; none where nothing was committed since the checkpoint. */
async function keepCommitted(target: string, guard: Guard): Promise<number> {
  const { parsed } = guard;
  if (parsed && parsed.committed > parsed.header) {
    await truncate(`${target}.wal`, parsed.committed);
    return parsed.committed;
  }
  await rm(`${target}.wal`, { force: true });
  return 0;
}

async function forget(target: string): Promise<void> {
  for (const suffix of ['', '.wal', '.reflink']) await rm(target + suffix, { force: true });
}

async function gaveUp(
  last: TryAgain,
  { path, target, tries, patience }: { path: string; target: string; tries: number; patience: number },
): Promise<CodedError> {
  await forget(target);
  return new CodedError(
    'source-changed',
    `No quiet moment was found to copy ${path} in ${patience} ms and ${tries} tries: ${last.message}. ` +
      'Nothing was changed. Give more patience, or back up when fewer checkpoints are made.',
    { cause: last, facts: { path, tries, patience, reason: last.message } },
  );
}

async function refusal(error: unknown, { path, target }: { path: string; target: string }): Promise<unknown> {
  await forget(target);
  if (systemCode(error) !== undefined) {
    return new CodedError('source-unreadable', `${path} cannot be copied: ${errorText(error)}`, {
      cause: error,
    });
  }
  return error;
}
