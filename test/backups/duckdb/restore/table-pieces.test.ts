import { expect, it } from '@jest/globals';
import { batchesOf, type Piece } from '../../../../backups/duckdb/restore/table-pieces.ts';

const pieces = (...rows: number[]): Piece[] => rows.map((each, file) => ({ file, offset: 0, rows: each }));
const filesOf = (batches: Piece[][]): number[][] => batches.map((batch) => batch.map(({ file }) => file));

it('loads a table in batches that end when they have about a million rows', () => {
  expect(filesOf(batchesOf(pieces(5, 983_040, 5, 5, 2_000_000, 7)))).toEqual([[0, 1], [2, 3, 4], [5]]);
});

it('loads at most forty pieces by one statement', () => {
  const batches = batchesOf(pieces(...Array.from({ length: 90 }, () => 1)));
  expect(batches.map(({ length }) => length)).toEqual([40, 40, 10]);
  expect(batches.flat().map(({ file }) => file)).toEqual(Array.from({ length: 90 }, (_, file) => file));
});

it('has no batch for a table without rows', () => {
  expect(batchesOf([])).toEqual([]);
});
