import { checksum, finishChecksum, mixWords, type Halves } from './checksum.ts';

/** Bytes of a log, read in any order; fewer than asked for only at its end. */
export interface WalSource {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

export interface Wal {
  /** Checkpoint that it continues; undefined where the storage version (before 1.4) does not say. */
  readonly iteration: bigint | undefined;
  /** Bytes of its own header; 0 when even that is not whole. */
  readonly header: number;
  /** End of the last complete commit: a reader of the first `committed` bytes sees whole transactions alone. */
  readonly committed: number;
  /** A checkpoint has begun: its blocks may replace those that the log refers to. */
  readonly checkpoint: boolean;
  /** `torn`: the end is missing, as while the writer writes. Anything else is not a log as we know it. */
  readonly flaw: 'torn' | 'checksum' | 'version' | 'format' | undefined;
}

const wholeEntry = 16;
const fieldType = 100;
const typeCheckpoint = 99;
const typeFlush = 100;
const fieldEnd = 0xffff;
const piece = 4 << 20;

/**
 * Reads a DuckDB write-ahead log (version 2): a header of fields (u16 id, values as varints: 100 type, 101 version,
 * 102 file identifier, 103 checkpoint iteration, end 0xffff), then entries (u64 size, u64 checksum, payload that begins
 * with u16 100 and the entry's type). Never throws, whatever the bytes.
 */
export function parseWal(source: WalSource, from?: { readonly at: number }): Wal {
  const start = readHeader(source.read(0, Math.min(source.size, 1024)));
  if (start.flaw !== undefined) {
    return { iteration: start.iteration, header: 0, committed: 0, checkpoint: false, flaw: start.flaw };
  }
  let at = Math.max(start.header, from?.at ?? 0);
  let committed = at;
  let checkpoint = false;
  let flaw: Wal['flaw'];
  while (at < source.size) {
    const entry = readEntry(source, at);
    if ('flaw' in entry) {
      flaw = entry.flaw;
      break;
    }
    at = entry.end;
    if (entry.type === typeFlush) committed = at;
    if (entry.type === typeCheckpoint) checkpoint = true;
  }
  return { iteration: start.iteration, header: start.header, committed, checkpoint, flaw };
}

/** A log in memory. */
export function walInMemory(bytes: Uint8Array): WalSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

interface Header {
  readonly header: number;
  readonly iteration: bigint | undefined;
  readonly flaw: Wal['flaw'];
}

function readHeader(bytes: Uint8Array): Header {
  let at = 0;
  let version: bigint | undefined;
  let iteration: bigint | undefined;
  const flawed = (flaw: Wal['flaw']): Header => ({ header: 0, iteration, flaw });
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
    return undefined;
  };
  for (;;) {
    const [low, high] = [bytes[at], bytes[at + 1]];
    if (low === undefined || high === undefined) return flawed('torn');
    const field = low | (high << 8);
    at += 2;
    if (field === fieldEnd) break;
    if (field < fieldType || field > 103) return flawed('format');
    const value = varint();
    if (value === undefined) return flawed(at > bytes.length ? 'torn' : 'format');
    if (field === 101) version = value;
    if (field === 103) iteration = value;
    if (field === 102) {
      // A list of numbers, of which it is the length.
      for (let left = value; left > 0n; left--) if (varint() === undefined) return flawed('torn');
    }
  }
  return version === 2n ? { header: at, iteration, flaw: undefined } : flawed('version');
}

type Entry = { readonly end: number; readonly type: number } | { readonly flaw: Wal['flaw'] };

function readEntry(source: WalSource, at: number): Entry {
  if (at + wholeEntry > source.size) return { flaw: 'torn' };
  const head = source.read(at, wholeEntry);
  if (head.length < wholeEntry) return { flaw: 'torn' };
  // Read at once: the bytes given out hold only until the next read.
  const view = new DataView(head.buffer, head.byteOffset, wholeEntry);
  const [size, expected] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  const begin = at + wholeEntry;
  if (size > BigInt(source.size - begin)) return { flaw: 'torn' };
  const end = begin + Number(size);
  const first = source.read(begin, Math.min(Number(size), piece));
  const [low, high, type] = first;
  if (entryChecksum(source, first, { begin, end }) !== expected) return { flaw: 'checksum' };
  if (low === undefined || high === undefined || type === undefined || (low | (high << 8)) !== fieldType) {
    return { flaw: 'format' };
  }
  return { end, type };
}

function entryChecksum(
  source: WalSource,
  first: Uint8Array,
  { begin, end }: { readonly begin: number; readonly end: number },
): bigint {
  if (begin + first.length === end) return checksum(first);
  let state: Halves = { low: 5381, high: 0 };
  let bytes = first;
  for (let at = begin; ;) {
    state = mixWords(state, bytes);
    at += bytes.length;
    if (at >= end || bytes.length === 0) return finishChecksum(state, bytes.subarray(bytes.length & ~7));
    bytes = source.read(at, Math.min(piece, end - at));
  }
}
