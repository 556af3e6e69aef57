import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checksum, finishChecksum, mixWords } from '../../../../backups/duckdb/snapshot/checksum.ts';

/** As the definition says it, in exact arithmetic. */
function plainly(bytes: Uint8Array): bigint {
  const buffer = Buffer.from(bytes);
  const cut = (value: bigint): bigint => BigInt.asUintN(64, value);
  const whole = buffer.length & ~7;
  let result = 5381n;
  for (let at = 0; at < whole; at += 8) result ^= cut(buffer.readBigUInt64LE(at) * 0xbf58476d1ce4e5b9n);
  if (buffer.length === whole) return result;
  const factor = 0xc6a4a7935bd1e995n;
  let word = 0n;
  for (let at = buffer.length - 1; at >= whole; at--) word = (word << 8n) | BigInt(buffer.readUInt8(at));
  let hash = cut((0xe17a1465n ^ cut(BigInt(buffer.length - whole) * factor) ^ word) * factor);
  hash = cut((hash ^ (hash >> 47n)) * factor);
  return result ^ hash ^ (hash >> 47n);
}

it('equals its definition in exact arithmetic', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(checksum(bytes)).toBe(plainly(bytes));
    }),
    { numRuns: 500, seed: 1 },
  );
});

it('is the same in pieces', () => {
  const bytes = Buffer.from(Array.from({ length: 1003 }, (_, i) => (i * 7919) % 256));
  let state = { low: 5381, high: 0 };
  for (let at = 0; at < 1000; at += 40) state = mixWords(state, bytes.subarray(at, at + 40));
  expect(finishChecksum(state, bytes.subarray(1000))).toBe(checksum(bytes));
});
