import { describe, expect, it } from '@jest/globals';
import { proveObjects } from '../../../backups/verification/prove-objects.ts';
import type { ManifestObject } from '../../../model/manifest.ts';
import type { ObjectFacts, ObjectStore } from '../../../stores/objects/port.ts';
import { rememberProven } from '../../../backups/verification/proven-objects.ts';
import { SettableClock } from '../../support/settable-clock.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();
const [right, wrong] = ['ab'.repeat(32), 'cd'.repeat(32)];
const object: ManifestObject = {
  ...{ path: 'duckdb/x', name: 'x', ordinal: 0, sealedBy: '01KAVQ0000000000000000000A', rows: null },
  ...{ plainBytes: 1, plainSha256: right, sealedBytes: 10, sealedSha256: right, storeChecksum: '"tag"' },
};

/** A store that says this of the object, and in truth holds the right one. */
async function prove(said: Partial<ObjectFacts>, one: ManifestObject = object) {
  const { store: folder } = await folderVault(await scratch());
  const facts: ObjectFacts = {
    ...{ key: object.path, bytes: 10, modified: 0, metadata: {}, storeChecksum: null },
    ...said,
  };
  let read = 0;
  const store: ObjectStore = {
    ...folder,
    head: () => Promise.resolve(facts),
    digest(_key, options) {
      read += 1;
      options?.onBytes?.(Buffer.alloc(10));
      return Promise.resolve({ bytes: 10, sha256: right });
    },
  };
  const work = { vault: { store }, signal: new AbortController().signal, progress: () => undefined };
  const { findings, bytes } = await proveObjects(work, [one]);
  expect(bytes).toBe(10 * read);
  return { problems: findings.map(({ problem }) => problem.replace(/^.*\(x\) /, '')), read };
}

describe('proving that objects are stored as they were', () => {
  it('takes the entity tag that the store gave when it was stored, and reads nothing', async () => {
    expect(await prove({ storeChecksum: '"tag"' })).toEqual({ problems: [], read: 0 });
  });

  it('reads where that does not tell: no checksum was kept, or the object was copied since', async () => {
    expect(await prove({})).toEqual({ problems: [], read: 1 });
    expect(await prove({ storeChecksum: '"copied"' })).toEqual({ problems: [], read: 1 });
    expect(await prove({ storeChecksum: '"tag"', bytes: 9 })).toEqual({ problems: [], read: 1 });
    expect(await prove({ storeChecksum: '"tag"' }, { ...object, storeChecksum: null })).toMatchObject({
      read: 1,
    });
  });

  it('looks at an object once for all that were asked for before it was looked at', async () => {
    const clock = new SettableClock();
    const proven = rememberProven(clock);
    const { store } = await folderVault(await scratch());
    let read = 0;
    const counting: ObjectStore = {
      ...store,
      head: () => Promise.resolve(undefined),
      digest: () => {
        read += 1;
        return Promise.resolve({ bytes: 10, sha256: read === 3 ? wrong : right });
      },
    };
    const { signal } = new AbortController();
    const look = async (askedAt: number, one = object) => {
      const work = { vault: { store: counting }, signal, progress: () => undefined };
      return (await proveObjects({ ...work, proven: proven.since(askedAt) }, [one])).findings.length;
    };
    const asked = clock.now();
    clock.tick(1000);
    expect([await look(asked), await look(asked), read]).toEqual([0, 0, 1]);
    // Asked for since, or of another manifest: it is another question. One that is damaged is not remembered.
    expect([await look(clock.now() + 1), read]).toEqual([0, 2]);
    expect([await look(asked, { ...object, sealedSha256: wrong }), read]).toEqual([0, 3]);
    expect([await look(clock.now() + 1, { ...object, sealedBytes: 9 }), read]).toEqual([1, 4]);
    expect([await look(clock.now() + 1, { ...object, sealedBytes: 9 }), read]).toEqual([1, 5]);
  });
});
