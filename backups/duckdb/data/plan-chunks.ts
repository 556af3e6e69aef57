import type { Column } from '../catalogue/list-tables.ts';
import type { ChunkFingerprint, Fingerprint } from './fingerprint.ts';
import { lanes } from './lanes.ts';

/** Where rows lie: in which file of a manifest, from which row on. */
export interface Place {
  readonly file: number;
  readonly offset: number;
}

export type KnownChunks = ReadonlyMap<string, Place>;

/** Chunks of 122,880 rows in one object: bounds what a restore needs at once. */
const chunksPerObject = 48;

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
  return { kept, exports: inEvenParts(missing) };
}

/** As many objects for each lane, of one size: none is to wait for the others at the end. */
function inEvenParts(chunks: readonly ChunkFingerprint[]): ChunkFingerprint[][] {
  if (chunks.length <= chunksPerObject) return chunks.length === 0 ? [] : [[...chunks]];
  const parts = lanes * Math.ceil(chunks.length / (lanes * chunksPerObject));
  const from = (part: number): number => Math.round((part * chunks.length) / parts);
  return Array.from({ length: parts }, (_, part) => chunks.slice(from(part), from(part + 1)));
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
