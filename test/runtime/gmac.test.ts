import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createGmac } from '../../runtime/gmac.ts';

function macOf(key: Uint8Array, ...pieces: readonly Uint8Array[]): string {
  const mac = createGmac(key);
  for (const piece of pieces) mac.update(piece);
  return Buffer.from(mac.digest()).toString('hex');
}

/** Cut at random, in the middle of the cipher's blocks too; some pieces are empty. */
function cut(bytes: Buffer): Buffer[] {
  const at = Array.from({ length: 50 }, () => randomInt(bytes.length)).sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

describe('a GMAC', () => {
  it('is that of its specification', () => {
    // Test case 13 of McGrew and Viega, "The Galois/Counter Mode of Operation": all zero, no data.
    expect(macOf(Buffer.alloc(32))).toBe('530f8afbc74536b9a963b4f1c4cb738b');
  });

  it('is the same in whatever pieces the bytes come', () => {
    const [key, bytes] = [randomBytes(32), randomBytes(1_000_003)];
    for (let times = 0; times < 20; times++) expect(macOf(key, ...cut(bytes))).toBe(macOf(key, bytes));
  });

  it('is another for other bytes, for bytes in another order, for fewer, and under another key', () => {
    const [key, bytes] = [randomBytes(32), randomBytes(100_000)];
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(77_777) ^ 1, 77_777);
    const [first, second] = [bytes.subarray(0, 50_000), bytes.subarray(50_000)];
    const all = [
      macOf(key, bytes),
      macOf(key, flipped),
      macOf(key, second, first),
      macOf(key, first),
      macOf(randomBytes(32), bytes),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
