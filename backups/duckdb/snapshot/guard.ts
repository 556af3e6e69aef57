import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../../engine/clock.ts';
import { type Headers, readHeaders } from './headers.ts';
import { parseWal, type Wal } from './parse-wal.ts';
import { TryAgain } from './try-again.ts';
import { copyWal, exists, keepsPrefix, openWal, statOrMissing, type WalCopy } from './wal-file.ts';

/** What the copy must still be true to when it is done. */
export interface Guard {
  readonly headers: Headers;
  readonly wal: WalCopy | undefined;
  /** Of the copied log; undefined where there is none or it is empty. */
  readonly parsed: Wal | undefined;
  /** Of the main file, read *after* the log: every block that the log points to lies inside. */
  readonly size: number;
  readonly mtime: bigint;
  /** Milliseconds since the epoch, right after the log was read: nothing committed later is in the copy. */
  readonly at: number;
}

export interface Guarded {
  readonly path: string;
  readonly handle: FileHandle;
  /** Where the log is copied to. */
  readonly walCopy: string;
  readonly clock: Clock;
}

/** Before the main file is copied: copies the log and notes the state. Throws `TryAgain` while a checkpoint is going on. */
export async function beginGuard({ path, handle, walCopy, clock }: Guarded): Promise<Guard> {
  await refuseCheckpoint(path);
  const before = await handle.stat({ bigint: true });
  const headers = await readHeaders(handle, path);
  if ((await statOrMissing(path))?.ino !== before.ino) throw new TryAgain('the file was replaced');
  const wal = await copyWal(`${path}.wal`, walCopy);
  const at = clock.now();
  const parsed = wal && parseFile(walCopy);
  if (parsed) refuseWal(parsed, headers);
  const { size } = await handle.stat({ bigint: true });
  return { headers, wal, parsed, size: Number(size), mtime: before.mtimeNs, at };
}

/** After it was copied: throws `TryAgain` unless nothing can have torn the copy. */
export async function endGuard({ path, handle, walCopy }: Guarded, begun: Guard): Promise<void> {
  const prefix = begun.parsed && begun.parsed.header > 0 ? begun.parsed.committed : 0;
  if (begun.wal && prefix > 0) {
    const moved = await keepsPrefix(`${path}.wal`, walCopy, { ino: begun.wal.ino, length: prefix });
    if (moved !== undefined) throw new TryAgain(moved);
  }
  const now = parseFile(`${path}.wal`, { at: prefix });
  if (now) refuseWal(now, begun.headers);
  await refuseCheckpoint(path);
  if (!(await readHeaders(handle, path)).raw.equals(begun.headers.raw))
    throw new TryAgain('a checkpoint was made');
  const after = await handle.stat({ bigint: true });
  if ((await statOrMissing(path))?.ino !== after.ino) throw new TryAgain('the file was replaced');
  if (Number(after.size) < begun.size) throw new TryAgain('the file shrank');
  if (!(now && now.header > 0) && after.mtimeNs !== begun.mtime) {
    throw new TryAgain('the file was written without a log');
  }
}

async function refuseCheckpoint(path: string): Promise<void> {
  for (const suffix of ['.wal.checkpoint', '.wal.recovery']) {
    if (await exists(path + suffix)) throw new TryAgain('a checkpoint is going on');
  }
}

function refuseWal(wal: Wal, headers: Headers): void {
  if (wal.flaw !== undefined && wal.flaw !== 'torn')
    throw new TryAgain(`the log cannot be read (${wal.flaw})`);
  if (wal.checkpoint) throw new TryAgain('a checkpoint is going on');
  if (wal.iteration !== undefined && wal.iteration !== headers.iteration) {
    throw new TryAgain('the log belongs to another checkpoint');
  }
}

/** Undefined where there is no log or it is empty; the writer may remove its own at any moment. */
function parseFile(path: string, from?: { readonly at: number }): Wal | undefined {
  const source = openWal(path);
  if (source === undefined) return undefined;
  try {
    return source.size > 0 ? parseWal(source, from) : undefined;
  } finally {
    source.close();
  }
}
