import { errorCode } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { Finding } from '../../model/verification.ts';
import { inParallel } from '../manifests/in-parallel.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import type { Vault } from '../sealing/open-object.ts';
import type { ProvenObjects } from './proven-objects.ts';

/** Objects looked at together. */
const together = 4;

interface Proving {
  readonly vault: Pick<Vault, 'store'>;
  readonly signal: AbortSignal;
  readonly progress: (bytes: number) => void;
  readonly proven?: ProvenObjects | undefined;
}

/**
 * Compares every object, as it is stored, with its size and SHA-256 in the manifest, without opening it. Where the
 * store's entity tag is the one that it gave when it was stored, its word is taken and nothing is read; else all of it
 * is. (Level 2 takes no store's word: some keep the checksum of bytes that they have lost.)
 */
export async function proveObjects(
  work: Proving,
  objects: readonly ManifestObject[],
): Promise<{ readonly findings: Finding[]; readonly bytes: number }> {
  let bytes = 0;
  const progress = (count: number): void => {
    bytes += count;
    work.progress(count);
  };
  const found = await inParallel(objects, together, async (object) => {
    work.signal.throwIfAborted();
    if (work.proven?.has(object) === true) return undefined;
    const remember = work.proven?.looking(object);
    const finding = await prove({ ...work, progress }, object);
    if (finding === undefined) remember?.();
    return finding;
  });
  return { findings: found.filter((finding) => finding !== undefined), bytes };
}

async function prove(work: Proving, object: ManifestObject): Promise<Finding | undefined> {
  const { store } = work.vault;
  const { path, name, sealedBytes, sealedSha256 } = object;
  const finding = (what: string): Finding => ({
    object: path,
    problem: `${store.location(path)} (${name}) ${what}`,
  });
  try {
    if (await isToldWhole(store, object)) return undefined;
    const { signal, progress } = work;
    const onBytes = ({ byteLength }: Uint8Array): void => {
      progress(byteLength);
    };
    const { bytes, sha256 } = await store.digest(path, { signal, onBytes });
    if (bytes !== sealedBytes) return finding(`has ${bytes} bytes, and ${sealedBytes} were stored`);
    return sha256 === sealedSha256 ? undefined : finding('has other bytes than were stored');
  } catch (error) {
    if (errorCode(error) === 'object-not-found') return finding('is missing');
    if (errorCode(error) === 'object-damaged') return finding('cannot be read');
    throw error;
  }
}

/** Whether the store says that the object is the one that it was given; where it does not, reading it tells. */
async function isToldWhole(
  store: ObjectStore,
  { path, sealedBytes, storeChecksum }: ManifestObject,
): Promise<boolean> {
  if (storeChecksum === null) return false;
  const facts = await store.head(path);
  return facts?.storeChecksum === storeChecksum && facts.bytes === sealedBytes;
}
