import { addAbortSignal } from 'node:stream';
import type { SealContext } from '../../stores/keys/port.ts';
import type { PutOptions, PutResult } from '../../stores/objects/port.ts';
import type { Vault } from './open-object.ts';
import { unproven } from './read-back.ts';

/** Memory for sealed bytes, used again: fresh memory costs more than what is written into it. */
export interface SealingRoom {
  take(bytes: number): SharedArrayBuffer;
  giveBack(room: SharedArrayBuffer): void;
}

export function createSealingRoom(): SealingRoom {
  const free: SharedArrayBuffer[] = [];
  return {
    take(bytes) {
      const fits = free.findIndex(({ byteLength }) => byteLength >= bytes);
      return (fits < 0 ? undefined : free.splice(fits, 1)[0]) ?? new SharedArrayBuffer(bytes);
    },
    giveBack: (room) => free.push(room),
  };
}

/**
 * Seals bytes that are held in memory, stores them, and compares what the store gives back with what it was given, byte
 * for byte: cheaper than a digest, and as good. Throws `object-damaged` as `proveStored` does.
 */
export async function storeHeld(
  { store, keys }: Vault,
  held: {
    readonly plain: Uint8Array<SharedArrayBuffer>;
    readonly context: SealContext;
    readonly room: SealingRoom;
  },
  options: PutOptions & { readonly signal: AbortSignal },
): Promise<PutResult> {
  const { path } = held.context;
  const room = held.room.take(keys.roomFor(held.plain.byteLength));
  try {
    const sealed = bufferOf(await keys.sealHeld(held.plain, new Uint8Array(room), held.context));
    const put = await store.put(path, sealed, options);
    const stored = addAbortSignal(options.signal, await store.get(path));
    let at = 0;
    let same = true;
    for await (const chunk of stored as AsyncIterable<Uint8Array>) {
      same &&= sealed.subarray(at, at + chunk.byteLength).equals(chunk);
      at += chunk.byteLength;
    }
    if (same && at === sealed.length && put.bytes === sealed.length) return put;
    throw await unproven(store, { path, bytes: sealed.length }, at);
  } finally {
    held.room.giveBack(room);
  }
}

/** The same memory, with Buffer's fast comparison. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
