import type { ChosenTable } from './chosen-table.ts';
import type { Files } from './fetch-files.ts';
import { split } from './select-rows.ts';
import { batchesOf, piecesOf, selectPiece } from './table-pieces.ts';

/** The selects of each batch, noted in `selects`, too. While its rows go in, the files of the next one are opened. */
export async function* openBatches(
  files: Files,
  { one: { table }, next, selects }: { one: ChosenTable; next: ChosenTable | undefined; selects: string[] },
): AsyncGenerator<readonly string[]> {
  const batches = batchesOf(piecesOf(table));
  const after = next ? piecesOf(next.table).slice(0, 1) : [];
  for (const [index, batch] of batches.entries()) {
    const opened: string[] = [];
    for (const piece of batch) opened.push(selectPiece(table, piece, await files.get(piece.file)));
    files.ahead((batches[index + 1] ?? after).map(({ file }) => file));
    selects.push(...opened);
    yield opened;
  }
}

/** Of each batch the rows that fulfil a condition. */
export async function* keptOf(
  batches: AsyncIterable<readonly string[]>,
  condition: string,
): AsyncGenerator<readonly string[]> {
  for await (const selects of batches) yield selects.map((select) => split(select, condition).kept);
}
