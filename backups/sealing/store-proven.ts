import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGmac } from '../../runtime/gmac.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { ObjectStore, PutOptions, PutResult } from '../../stores/objects/port.ts';

/**
 * Stores an object, reads it again and compares it with what was handed over; gives the SHA-256 (hex) of what was read.
 * Some stores lose, cut or change bytes and report success all the same: then the object is deleted and `object-damaged`
 * thrown. `onRead` hears of each piece that is read again.
 */
export async function storeProven(
  store: ObjectStore,
  path: string,
  body: Readable | Uint8Array,
  { onRead, ...options }: Omit<PutOptions, 'onBytes'> & { readonly onRead?: () => void } = {},
): Promise<PutResult & { readonly sha256: string }> {
  const key = randomBytes(32);
  const [given, found] = [createGmac(key), createGmac(key)];
  const put = await store.put(path, body, { ...options, onBytes: given.update });
  const { bytes, sha256 } = await store.digest(path, {
    ...(options.signal && { signal: options.signal }),
    onBytes(piece) {
      found.update(piece);
      onRead?.();
    },
  });
  if (Buffer.compare(given.digest(), found.digest()) === 0) return { ...put, sha256 };
  await store.delete(path);
  throw new CodedError(
    'object-damaged',
    `${store.location(path)} does not read back as it was stored (${put.bytes} bytes stored, ${bytes} read): the store is not to be trusted`,
    { facts: { path, storedBytes: put.bytes, readBytes: bytes } },
  );
}
