import type { SealContext } from '../../stores/keys/port.ts';
import type { PutOptions, PutResult } from '../../stores/objects/port.ts';
import type { Vault } from './open-object.ts';
import { proveStored } from './read-back.ts';

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

/** Seals bytes that are held in memory, stores them, and proves what the store holds. */
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
    const sealed = await keys.sealHeld(held.plain, new Uint8Array(room), held.context);
    const put = await store.put(path, sealed, options);
    await proveStored(store, { ...put, path }, { signal: options.signal });
    return put;
  } finally {
    held.room.giveBack(room);
  }
}
