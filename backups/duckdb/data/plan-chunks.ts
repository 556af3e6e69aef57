import type { Column } from '../catalogue/list-tables.ts';
import type { ChunkFingerprint, Fingerprint } from './fingerprint.ts';
import { lanes } from './lanes.ts';

/** Where rows lie: in which file of a manifest, from which row on. */
export interface Place {
  readonly file: number;
  readonly offset: number;
}

export type KnownChunks = ReadonlyMap<string, Place>;

/** Chunks of 122,880 rows in one object, at most: bounds what a restore needs at once. */
const mostChunks = 48;
/** At least, but for the last of several. */
const fewestChunks = 4;

/**
 * What makes two chunks the same rows in the same order, and of the same columns: the types (an enumeration's hash is that
 * of its index, so its values count), the number of rows and the fingerprints. Names do not: renamed tables and columns are
 * not stored again.
 */
export function chunkKey(
  columns: readonly Column[],
  chunk: Fingerprint & Pick<ChunkFingerprint, 'placed'>,
): string {
  return JSON.stringify([columns.map(({ type }) => type), chunk.rows, chunk.sum, chunk.xor, chunk.placed]);
}

export interface ChunkPlan {
  readonly kept: ReadonlyMap<number, Place>;
  /** Each becomes one object; chunks in order. */
  readonly exports: readonly (readonly ChunkFingerprint[])[];
}

/** Which chunks of a table the chain holds, and which are to be stored. */
export function planChunks(
  columns: readonly Column[],
  chunks: readonly ChunkFingerprint[],
  known: KnownChunks,
): ChunkPlan {
  const kept = new Map<number, Place>();
  const missing: ChunkFingerprint[] = [];
  for (const chunk of chunks) {
    const place = known.get(chunkKey(columns, chunk));
    if (place) kept.set(chunk.chunk, place);
    else missing.push(chunk);
  }
  return { kept, exports: intoObjects(missing) };
}

/**
 * Ever smaller ones, each half of a lane's share of what is left: when the first lane finds no more, the others have little
 * left of theirs.
 */
function intoObjects(chunks: readonly ChunkFingerprint[]): ChunkFingerprint[][] {
  if (chunks.length <= mostChunks) return chunks.length === 0 ? [] : [[...chunks]];
  const objects: ChunkFingerprint[][] = [];
  for (let from = 0; from < chunks.length; from += objects.at(-1)?.length ?? 0) {
    const half = Math.ceil((chunks.length - from) / (2 * lanes));
    objects.push(chunks.slice(from, from + Math.min(mostChunks, Math.max(fewestChunks, half))));
  }
  return objects;
}

/** The row ids of the chunks, neighbours merged: `[from, to)`. */
export function rowRanges(chunks: readonly ChunkFingerprint[], rowsPerChunk: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (const { chunk } of chunks) {
    const last = ranges.at(-1);
    const [from, to] = [chunk * rowsPerChunk, (chunk + 1) * rowsPerChunk];
    if (last && last[1] === from) last[1] = to;
    else ranges.push([from, to]);
  }
  return ranges;
}
