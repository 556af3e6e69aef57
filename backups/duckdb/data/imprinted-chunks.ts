import { knownOf, type Parent } from '../choose-parent.ts';
import type { ChunkFingerprint } from './fingerprint.ts';

/** Fingerprints of chunks by their imprints. */
export type ImprintedChunks = ReadonlyMap<string, Omit<ChunkFingerprint, 'chunk'>>;

/**
 * Of the chunks that the backup before knows. Which of a table's chunks are `signed` it does not know: where they will be
 * exported, since nothing is gone on from, those of a table that has some are left out.
 */
export function imprintedChunks(parent: Parent): ImprintedChunks {
  const imprinted = new Map<string, Omit<ChunkFingerprint, 'chunk'>>();
  for (const { chunks, plain } of knownOf(parent)?.tables ?? []) {
    const signed = plain !== null;
    if (signed && 'none' in parent) continue;
    for (const [, rows, sum, xor, , , placed = '', imprint = ''] of chunks) {
      if (imprint !== '') imprinted.set(imprint, { rows, sum, xor, placed, signed });
    }
  }
  return imprinted;
}
