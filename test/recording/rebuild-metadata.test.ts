import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ManifestHeader } from '../../model/manifest.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import { writeEvents } from '../../recording/event-archive.ts';
import { rebuildMetadata } from '../../recording/rebuild-metadata.ts';
import { reconcile } from '../../recording/reconcile.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import {
  completed,
  failed,
  refused,
  requested,
  started,
  streamed,
  testId,
  testOrder,
} from '../support/backup-events.ts';
import { testKeys } from '../support/key-ring.ts';
import { catalogOf, headerOf } from '../support/manifest-headers.ts';
import { recordingLog } from '../support/recording-log.ts';
import { restoreCompleted, restoreRequested, testRestore } from '../support/restore-events.ts';
import { scratchFolders } from '../support/scratch.ts';

const scratch = scratchFolders();
const now = Date.parse('2026-03-01T12:00:00.000Z');

describe('metadata from the object store', () => {
  let folder: string;
  let objects: ObjectStore;
  let keys: KeyRing;
  let metadata: MetadataStore;
  let headers: ManifestHeader[];
  const { log } = recordingLog();
  const catalog = catalogOf(() => headers);
  beforeEach(async () => {
    folder = await scratch();
    objects = await createFolderStore(folder);
    ({ keys } = await testKeys());
    metadata = await openDuckdbMetadata({ path: ':memory:', log });
    headers = [];
  });
  afterEach(() => metadata.close());

  const archive = (events: readonly RecordedEvent[]) =>
    writeEvents({ objects, keys }, { events, cursor: '1', now });
  const rebuild = () => rebuildMetadata({ catalog, objects, keys, metadata, log });

  it('is built again from manifests and archived events, more than once', async () => {
    headers = [headerOf(testOrder(1)), headerOf(testOrder(2, { kind: 'parquet-replication' }))];
    await archive([
      requested(testOrder(1)),
      completed(testOrder(1)),
      failed(testOrder(3)),
      refused(testOrder(4)),
    ]);
    await archive([failed(testOrder(3)), started(testOrder(3, { attempt: 2 }))]);
    const report = { backups: 2, eventObjects: 2, events: 6, damaged: [] };
    expect(await rebuild()).toEqual(report);
    const first = await metadata.history({ limit: 10 });
    expect(first.map(({ id, status }) => [id, status])).toEqual([
      [testId(3), 'running'],
      [testId(2), 'completed'],
      [testId(1), 'completed'],
    ]);
    expect(first[1]?.backupLocation).toBe(objects.location(`parquet/${testId(2)}/manifest.json`));
    expect(await metadata.events(testId(4))).toEqual([refused(testOrder(4))]);
    expect(await rebuild()).toEqual(report);
    expect(await metadata.history({ limit: 10 })).toEqual(first);
    expect(await metadata.cursor()).toBeUndefined();
  });

  it('knows again who restored what, and why', async () => {
    await archive([restoreRequested(testRestore(1)), restoreCompleted(testRestore(1))]);
    await rebuild();
    expect(await metadata.recovery(testId(1))).toMatchObject({ status: 'completed', reason: 'a bad deploy' });
    expect(await metadata.history({ limit: 10 })).toEqual([]);
  });

  it('goes on past a damaged event object, and names it', async () => {
    const bad = await archive([failed(testOrder(1))]);
    await writeFile(join(folder, bad), 'damaged');
    await objects.put('events/2026-03-02/note', Buffer.from('of somebody'));
    await archive([failed(testOrder(2))]);
    const report = await rebuild();
    expect(report).toMatchObject({ events: 1, damaged: [bad, 'events/2026-03-02/note'] });
    expect(await metadata.get(testId(2))).toBeDefined();
  });

  it('does not take a store that fails for a damaged object', async () => {
    await archive([failed(testOrder(1))]);
    const away = { ...objects, get: () => Promise.reject(new Error('the store is away')) };
    await expect(rebuildMetadata({ catalog, objects: away, keys, metadata, log })).rejects.toThrow('away');
  });

  it('stops when it is told to', async () => {
    await archive([failed(testOrder(1))]);
    const signal = AbortSignal.abort(new Error('ending'));
    await expect(rebuildMetadata({ catalog, objects, keys, metadata, log, signal })).rejects.toThrow(
      'ending',
    );
  });

  it('is reconciled with manifests that it does not know, and tokens rise above all that were seen', async () => {
    const raised: number[] = [];
    const exclusion = { raiseFencingToken: (token: number) => Promise.resolve(void raised.push(token)) };
    const work = { catalog, objects, metadata, exclusion, log };
    expect(await reconcile(work)).toEqual({ added: [], fencingToken: 0 });
    await metadata.apply(
      streamed([completed(testOrder(1)), started(testOrder(2)), started(testOrder(3), 50)]),
    );
    headers = [headerOf(testOrder(1)), headerOf(testOrder(2)), headerOf(testOrder(5), { fencingToken: 90 })];
    expect(await reconcile(work)).toEqual({ added: [testId(2), testId(5)], fencingToken: 90 });
    expect(await reconcile(work)).toEqual({ added: [], fencingToken: 90 });
    expect(raised).toEqual([90, 90]);
    expect(await metadata.completedIds()).toEqual(new Set([1, 2, 5].map(testId)));
  });
});
