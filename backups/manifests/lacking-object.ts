import type { ManifestObject } from '../../model/manifest.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import { inParallel } from './in-parallel.ts';

/** Objects asked for together: enough to hide a store's latency. */
const together = 16;

/**
 * What is wrong with the first of these objects that is not in the store, or has another size there than its manifest
 * says; undefined when all are. Nothing is read: whether the bytes are right is for verifications to find out.
 */
export async function lackingObject(
  store: Pick<ObjectStore, 'head'>,
  objects: readonly ManifestObject[],
): Promise<string | undefined> {
  const distinct = [...new Map(objects.map((object) => [object.path, object])).values()];
  const problems = await inParallel(distinct, together, async ({ path, sealedBytes }) => {
    const found = await store.head(path);
    if (found === undefined) return `its object ${path} is missing`;
    return found.bytes === sealedBytes
      ? undefined
      : `its object ${path} has ${found.bytes} bytes, and ${sealedBytes} were stored`;
  });
  return problems.find((problem) => problem !== undefined);
}
