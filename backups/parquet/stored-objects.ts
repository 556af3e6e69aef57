import type { ManifestObject } from '../../model/manifest.ts';
import type { ObjectSink, SharedContent } from '../backup-taker.ts';
import type { ArchiveList } from './archive-list.ts';
import { objectsFolder } from './manifest.ts';
import { objectAddress } from './object-address.ts';

/** Sealed objects that a new manifest may name: those of earlier manifests that are still there, and those stored now. */
export interface StoredObjects {
  /** The object of an earlier manifest under this key, unless it is gone from the store or has another size. */
  intact(path: string): ManifestObject | undefined;
  /** The object with this content; `content` is sealed only where the store does not have it. */
  store(
    file: { readonly name: string; readonly sha256: string },
    content: SharedContent,
  ): Promise<ManifestObject>;
}

/** Lists the store once: a listing of all objects costs less than a question about each. */
export async function openStoredObjects(
  sink: ObjectSink,
  addressKey: Uint8Array,
  earlier: ArchiveList,
): Promise<StoredObjects> {
  const sizes = await sink.shared(objectsFolder);
  const byContent = new Map<string, Promise<ManifestObject>>();
  const intact = (path: string): ManifestObject | undefined => {
    const object = earlier.objects.get(path);
    return object !== undefined && sizes.get(path) === object.sealedBytes ? object : undefined;
  };
  for (const object of earlier.objects.values()) {
    if (intact(object.path) !== undefined) byContent.set(object.plainSha256, Promise.resolve(object));
  }
  return {
    intact,
    store({ name, sha256 }, content) {
      const known = byContent.get(sha256);
      if (known !== undefined) return known;
      const path = objectAddress(addressKey, sha256);
      const storing = sink.writeShared({ name, path, plainSha256: sha256 }, content);
      byContent.set(sha256, storing);
      storing.catch(() => byContent.delete(sha256));
      return storing;
    },
  };
}
