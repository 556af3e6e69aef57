import type { BigIntStats } from 'node:fs';
import type { ParquetFile } from './manifest.ts';

/** What tells an unchanged file without reading it. */
export interface FileState {
  readonly bytes: number;
  readonly mtime: string;
  readonly ctime: string;
  readonly inode: string;
  readonly mode: number;
}

export function fileState(stat: BigIntStats): FileState {
  return {
    bytes: Number(stat.size),
    mtime: stat.mtimeNs.toString(),
    ctime: stat.ctimeNs.toString(),
    inode: stat.ino.toString(),
    mode: Number(stat.mode) & 0o7777,
  };
}

/** Size, both times and inode: a write moves ctime, a replacement the inode. */
export function sameState(one: FileState, other: FileState): boolean {
  return (
    one.bytes === other.bytes &&
    one.mtime === other.mtime &&
    one.ctime === other.ctime &&
    one.inode === other.inode
  );
}

/** True when the file need not be read: it is what that manifest's entry was read from, and no later write can hide. */
export function isUnchanged(state: FileState, entry: ParquetFile): boolean {
  return entry.settled && sameState(state, entry);
}

/** The kernel stamps files with its tick (at most 10 ms); file systems that keep whole seconds stamp with those. */
const tickNs = 50_000_000n;
const coarseNs = 2_000_000_000n;
const secondNs = 1_000_000_000n;

/** False when a change after `now` could bear the time that the file bears already. */
export function isSettled(state: FileState, now: number): boolean {
  const ctime = BigInt(state.ctime);
  const grain = ctime % secondNs === 0n ? coarseNs : tickNs;
  return ctime + grain < BigInt(now) * 1_000_000n;
}
