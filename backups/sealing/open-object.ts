import { pipeline, type Readable } from 'node:stream';
import { CodedError } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import { createMeter, type Meter } from './meter.ts';

/** The store and the keys with which backups are read. */
export interface ReadableVault {
  readonly store: ObjectStore;
  readonly keys: Pick<KeyRing, 'open'>;
}

/** The store and the keys with which backups are read and written. */
export interface Vault extends ReadableVault {
  readonly keys: KeyRing;
}

type Sealed = Pick<ManifestObject, 'path' | 'ordinal' | 'sealedBy'>;

/** A sealed object on its way through hashing, opening and hashing again; `plain` ends when `atEnd` of its meter agrees. */
export async function openSealed(
  vault: ReadableVault,
  object: Sealed,
  plain: Meter,
  sealed: Meter,
): Promise<Readable> {
  const context = { backupId: object.sealedBy, path: object.path, ordinal: object.ordinal };
  const stored = await vault.store.get(object.path);
  const opened = vault.keys.open(through(stored, sealed), context);
  return through(opened, plain);
}

/**
 * Plain bytes of an object that a manifest names. The stream ends only when length and SHA-256 of both the sealed and
 * the plain bytes are those of the manifest; else, and when it is missing, it fails with `object-damaged`.
 */
export async function openObject(vault: ReadableVault, object: ManifestObject): Promise<Readable> {
  const damaged = (what: string): CodedError =>
    new CodedError('object-damaged', `${vault.store.location(object.path)} (${object.name}) ${what}`, {
      facts: { path: object.path },
    });
  const sealed = createMeter();
  const plain = createMeter({
    atEnd({ bytes, sha256 }) {
      const { bytes: sealedBytes, sha256: sealedSha256 } = sealed.measured();
      if (sealedBytes !== object.sealedBytes || sealedSha256 !== object.sealedSha256) {
        throw damaged('is not the object that the manifest names');
      }
      if (bytes !== object.plainBytes || sha256 !== object.plainSha256) {
        throw damaged('opens to other bytes than the manifest says');
      }
    },
  });
  try {
    return await openSealed(vault, object, plain, sealed);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'object-not-found') throw damaged('is missing');
    throw error;
  }
}

/** Feeds a stream to a meter; errors pass on, and each end destroys the other. */
export function through(source: Readable, meter: Meter): Readable {
  // The error reaches whoever reads the meter.
  pipeline(source, meter.stream, () => undefined);
  return meter.stream;
}
