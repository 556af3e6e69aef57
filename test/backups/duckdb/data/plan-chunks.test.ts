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
  [49, [16, 17, 16]],
  [144, [48, 48, 48]],
  [163, [27, 27, 28, 27, 27, 27]],
])('makes %d chunks objects of as many for each lane, all of one size', (count, sizes) => {
  const all = chunks(count);
  const { exports } = planChunks([], all, new Map());
  expect(exports.map(({ length }) => length)).toEqual(sizes);
  expect(exports.flat()).toEqual(all);
});
