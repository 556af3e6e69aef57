import { errorCode } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import { inParallel } from '../manifests/in-parallel.ts';
import type { ReadableVault } from '../sealing/open-object.ts';
import type { Finding } from '../../model/verification.ts';

/** Objects read together. */
const together = 4;

/**
 * Reads every object as it is stored and compares length and SHA-256 with those of the manifest, without opening it.
 * The store's own word is not taken: some stores keep a checksum of bytes that they have lost.
 */
export async function proveObjects(
  work: {
    readonly vault: ReadableVault;
    readonly signal: AbortSignal;
    readonly progress: (bytes: number) => void;
  },
  objects: readonly ManifestObject[],
): Promise<Finding[]> {
  const found = await inParallel(objects, together, (object) => {
    work.signal.throwIfAborted();
    return prove(work, object);
  });
  return found.filter((finding) => finding !== undefined);
}

async function prove(
  { vault: { store }, signal, progress }: Parameters<typeof proveObjects>[0],
  { path, name, sealedBytes, sealedSha256 }: ManifestObject,
): Promise<Finding | undefined> {
  const finding = (what: string): Finding => ({
    object: path,
    problem: `${store.location(path)} (${name}) ${what}`,
  });
  try {
    const { bytes, sha256 } = await store.digest(path, { signal, onBytes: progress });
    if (bytes !== sealedBytes) return finding(`has ${bytes} bytes, and ${sealedBytes} were stored`);
    return sha256 === sealedSha256 ? undefined : finding('has other bytes than were stored');
  } catch (error) {
    if (errorCode(error) === 'object-not-found') return finding('is missing');
    if (errorCode(error) === 'object-damaged') return finding('cannot be read');
    throw error;
  }
}
