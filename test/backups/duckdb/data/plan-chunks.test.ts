import { expect, it } from '@jest/globals';
import { planChunks } from '../../../../backups/duckdb/data/plan-chunks.ts';

const chunks = (count: number) =>
  Array.from({ length: count }, (_, chunk) => ({
    ...{ chunk, rows: 122_880, sum: String(chunk), xor: '0', placed: '0', signed: false },
  }));

it.each([
  [0, []],
  [1, [1]],
  [48, [48]],
  [49, [9, 7, 6, 5, 4, 4, 4, 4, 4, 2]],
  [163, [28, 23, 19, 16, 13, 11, 9, 8, 6, 5, 5, 4, 4, 4, 4, 4]],
  [400, [48, 48, 48, 43, 36, 30, 25, 21, 17, 14, 12, 10, 8, 7, 6, 5, 4, 4, 4, 4, 4, 2]],
])('makes %d chunks ever smaller objects, of which none is too large', (count, sizes) => {
  const all = chunks(count);
  const { exports } = planChunks([], all, new Map());
  expect(exports.map(({ length }) => length)).toEqual(sizes);
  expect(exports.flat()).toEqual(all);
});
