/** Low and high half of an unsigned 64-bit number. */
export interface Halves {
  readonly low: number;
  readonly high: number;
}

// Looked up once: where jest runs tests, each look at a global takes longer than all else here. Elsewhere it is as fast.
const { floor, imul } = Math;

const factorLow = 0x1ce4e5b9;
const factorHigh = 0xbf58476d;
const factorLow0 = factorLow & 0xffff;
const factorLow1 = factorLow >>> 16;

/**
 * DuckDB's checksum of blocks, headers and log entries: 5381 xor every little-endian 64-bit word times
 * 0xbf58476d1ce4e5b9, and a murmur-like hash of the last < 8 bytes. In 32-bit arithmetic, since a log can be hundreds
 * of megabytes and BigInt takes 30 times as long.
 */
export function checksum(bytes: Uint8Array): bigint {
  return finishChecksum(mixWords({ low: 5381, high: 0 }, bytes), bytes.subarray(bytes.length & ~7));
}

/** Takes in the whole words of `bytes`; for data that comes in pieces of a multiple of 8 bytes. Begin with 5381. */
export function mixWords(state: Halves, bytes: Uint8Array): Halves {
  let { low: resultLow, high: resultHigh } = state;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~7;
  for (let at = 0; at < whole; at += 8) {
    const low = view.getUint32(at, true);
    const high = view.getUint32(at + 4, true);
    const low0 = low & 0xffff;
    const low1 = low >>> 16;
    // Every product of two 16-bit halves, and the sums below, stay under 2^53.
    const middle = low1 * factorLow0 + ((low0 * factorLow0) >>> 16);
    const carry = low0 * factorLow1 + (middle & 0xffff);
    const upper = low1 * factorLow1 + floor(middle / 0x10000) + floor(carry / 0x10000);
    resultLow ^= imul(low, factorLow);
    resultHigh ^= (upper + imul(low, factorHigh) + imul(high, factorLow)) | 0;
  }
  return { low: resultLow, high: resultHigh };
}

/** The checksum of all words taken in and the `tail` of fewer than 8 bytes. */
export function finishChecksum(state: Halves, tail: Uint8Array): bigint {
  const words = (BigInt(state.high >>> 0) << 32n) | BigInt(state.low >>> 0);
  return tail.length === 0 ? words : words ^ tailHash(tail);
}

function tailHash(tail: Uint8Array): bigint {
  const factor = 0xc6a4a7935bd1e995n;
  const cut = (value: bigint): bigint => BigInt.asUintN(64, value);
  let word = 0n;
  for (const byte of [...tail].reverse()) word = (word << 8n) | BigInt(byte);
  let hash = 0xe17a1465n ^ cut(BigInt(tail.length) * factor);
  hash = cut((hash ^ word) * factor);
  hash ^= hash >> 47n;
  hash = cut(hash * factor);
  return hash ^ (hash >> 47n);
}
