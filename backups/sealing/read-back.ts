import { createHash } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import { CodedError } from '../../errors/coded-error.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import type { Measured } from './meter.ts';

/**
 * Reads a stored object again and compares it with what was handed over. Some stores lose, cut or change bytes and
 * report success all the same: then the object is deleted and `object-damaged` thrown.
 */
export async function proveStored(
  store: ObjectStore,
  object: Measured & { readonly path: string },
  options: { readonly signal?: AbortSignal; readonly onBytes?: (bytes: number) => void } = {},
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stored = await store.get(object.path);
  if (options.signal !== undefined) addAbortSignal(options.signal, stored);
  try {
    for await (const chunk of stored as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      options.onBytes?.(0);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  }
  if (bytes === object.bytes && hash.digest('hex') === object.sha256) return;
  await store.delete(object.path);
  throw new CodedError(
    'object-damaged',
    `${store.location(object.path)} does not read back as it was stored (${object.bytes} bytes stored, ${bytes} read): the store is not to be trusted`,
    { facts: { path: object.path, storedBytes: object.bytes, readBytes: bytes } },
  );
}
