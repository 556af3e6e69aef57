import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

const pool = new Uint8Array(1024);
let used = pool.length;

/** 0 to 1. ulid's own source asks the system for each byte, which costs fifty times as much as the rest of an id. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  used += 1;
  return byte / 256;
}

/** A new id of a backup: a ULID of that moment, in milliseconds since the epoch. */
export function newBackupId(now: number): string {
  return ulid(now, random);
}
