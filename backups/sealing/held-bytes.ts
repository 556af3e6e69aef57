import { Readable } from 'node:stream';
import { addAbortSignal } from 'node:stream';
import type { PutOptions, PutResult } from '../../stores/objects/port.ts';
import type { SealContext } from '../../stores/keys/port.ts';
import type { Vault } from './open-object.ts';
import { unproven } from './read-back.ts';

/** A frame of the sealed message, so that none has to be put together from pieces. */
const sliceBytes = 1024 * 1024;

/**
 * Seals bytes that are held in memory, stores them, and compares what the store gives back with what it was given, byte
 * for byte: cheaper than a digest, and as good. Throws `object-damaged` as `proveStored` does.
 */
export async function storeHeld(
  { store, keys }: Vault,
  held: { readonly plain: Uint8Array; readonly context: SealContext },
  options: PutOptions & { readonly signal: AbortSignal },
): Promise<PutResult> {
  const { path } = held.context;
  const chunks: Uint8Array[] = [];
  const slices = Readable.from(slicesOf(held.plain), { objectMode: false });
  const sealing = addAbortSignal(options.signal, keys.seal(slices, held.context));
  for await (const chunk of sealing as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const sealed = Buffer.concat(chunks);
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
}

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    yield bytes.subarray(start, start + sliceBytes);
  }
}
