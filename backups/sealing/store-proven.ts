import { CodedError } from '../../errors/coded-error.ts';
import type { DigestOptions, ObjectDigest, ObjectStore } from '../../stores/objects/port.ts';

/**
 * Reads a stored object again and compares it with what was handed over. Some stores lose, cut or change bytes and
 * report success all the same: then the object is deleted and `object-damaged` thrown.
 */
export async function proveStored(
  store: ObjectStore,
  object: ObjectDigest & { readonly path: string },
  options: DigestOptions = {},
): Promise<void> {
  const { bytes, sha256 } = await store.digest(object.path, options);
  if (bytes === object.bytes && sha256 === object.sha256) return;
  await store.delete(object.path);
  throw new CodedError(
    'object-damaged',
    `${store.location(object.path)} does not read back as it was stored (${object.bytes} bytes stored, ${bytes} read): the store is not to be trusted`,
    { facts: { path: object.path, storedBytes: object.bytes, readBytes: bytes } },
  );
}
