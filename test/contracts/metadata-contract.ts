import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import {
  completed,
  failed,
  iso,
  refused,
  requested,
  started,
  streamed,
  testId,
  testOrder,
} from '../support/backup-events.ts';
import { sampleRecord } from '../support/backups.ts';
import { restoreCompleted, testRestore } from '../support/restore-events.ts';
import { describeHistory, describeSchedules } from './metadata-questions-contract.ts';
import { describeRecoveries } from './metadata-recoveries-contract.ts';
import { describeVerifications } from './metadata-verifications-contract.ts';

/** What every metadata store must do. `open` gives an empty one. */
export function describeMetadataContract(name: string, open: () => Promise<MetadataStore>): void {
  describe(`metadata in ${name}`, () => {
    let store: MetadataStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('follows a backup from queued over running to completed', async () => {
      const order = testOrder(1);
      await store.apply(streamed([requested(order)]));
      expect(await store.get(order.backupId)).toMatchObject({
        status: 'queued',
        startTime: null,
        attempt: 1,
      });
      await store.apply(streamed([started(order)], 2));
      expect(await store.get(order.backupId)).toMatchObject({ status: 'running', fencingToken: 7 });
      await store.apply(streamed([completed(order)], 3));
      expect(await store.get(order.backupId)).toEqual(
        sampleRecord({
          id: order.backupId,
          requestedAt: '2026-01-01T00:01:00.000Z',
          startTime: '2026-01-01T00:02:00.000Z',
          endTime: '2026-01-01T00:03:00.000Z',
          backupSizeBytes: 1000,
          plainBytes: 2000,
          backupLocation: `file:///store/duckdb/${order.backupId}/manifest.json`,
          worker: 'host:1',
        }),
      );
    });

    it('keeps half a surrogate pair as U+FFFD, in texts and in keys, and what looks like one as it is', async () => {
      const reason = 'a\ud83d \ude00b 😀 \\ud83d';
      const order = testOrder(1, { requestedBy: reason, reason });
      const restore = restoreCompleted(testRestore(2, { reason }), { counts: { 'rows\ud83d': 1 } });
      await store.apply(
        streamed([
          requested(order),
          failed(order, { error: { code: 'internal', message: reason } }),
          restore,
        ]),
      );
      const kept = 'a\ufffd \ufffdb 😀 \\ud83d';
      expect(await store.get(testId(1))).toMatchObject({ requestedBy: kept, errorMessage: kept });
      expect((await store.events(testId(1)))[0]?.order.reason).toBe(kept);
      expect(await store.recovery(testId(2))).toMatchObject({ reason: kept, counts: { 'rows\ufffd': 1 } });
    });

    it('makes the whole row from a completed event alone', async () => {
      const order = testOrder(1, { schedule: 'nightly', slot: iso(0), tenantId: null });
      await store.apply(
        streamed([completed(order, { scope: 'full', parentId: testId(9), note: 'became full' })]),
      );
      expect(await store.get(order.backupId)).toMatchObject({
        status: 'completed',
        schedule: 'nightly',
        slot: '1970-01-01T00:00:00.000Z',
        parentId: testId(9),
        note: 'became full',
      });
    });

    it('lets a completed backup be neither running nor failed again', async () => {
      const order = testOrder(1);
      await store.apply(streamed([completed(order), started(order), failed(order)]));
      await store.apply(streamed([failed({ ...order, attempt: 2 })], 4));
      expect(await store.get(order.backupId)).toMatchObject({ status: 'completed', attempt: 1 });
    });

    it('shows the latest attempt, also when a failure of an earlier one comes late', async () => {
      const second = testOrder(1, { attempt: 2 });
      await store.apply(streamed([started(second), failed(testOrder(1))]));
      expect(await store.get(testId(1))).toMatchObject({ status: 'running', attempt: 2, errorCode: null });
      expect((await store.events(testId(1))).map((event) => event.kind)).toEqual(['failed', 'started']);
    });

    it('keeps the error of a failure and each event once, oldest first', async () => {
      const order = testOrder(1);
      const events = streamed([started(order), requested(order), failed(order), started(order)]);
      await store.apply(events);
      await store.apply(events);
      expect(await store.get(order.backupId)).toMatchObject({
        status: 'failed',
        errorCode: 'source-unreadable',
        errorMessage: 'The source cannot be read.',
      });
      expect(await store.events(order.backupId)).toEqual([requested(order), started(order), failed(order)]);
    });

    it('keeps a refusal as an event and makes no backup of it', async () => {
      const order = testOrder(1);
      await store.apply(streamed([refused(order)]));
      expect(await store.get(order.backupId)).toBeUndefined();
      expect(await store.events(order.backupId)).toEqual([refused(order)]);
    });

    it('moves the cursor with what it applies, and not with what is restored', async () => {
      expect(await store.cursor()).toBeUndefined();
      const events = streamed([requested(testOrder(1)), requested(testOrder(2))]);
      await store.apply(events);
      await store.restore([requested(testOrder(3))]);
      await store.apply([]);
      expect(await store.cursor()).toBe(events[1]?.cursor);
      await store.resetCursor();
      expect(await store.cursor()).toBeUndefined();
      expect(await store.get(testId(3))).toBeDefined();
    });

    it('answers while it applies, and applies one batch after the other', async () => {
      const batches = Array.from({ length: 20 }, (_, n) =>
        store.apply(streamed([completed(testOrder(n))], n)),
      );
      const answers = Array.from({ length: 20 }, () => store.history({ limit: 50 }));
      await Promise.all(answers);
      await Promise.all(batches);
      expect(await store.history({ limit: 50 })).toHaveLength(20);
    });

    it('lists open backups as orders at their latest attempt', async () => {
      const queued = testOrder(2, { attempt: 3, schedule: 'nightly', slot: iso(0) });
      await store.apply(streamed([completed(testOrder(1)), requested(queued), started(testOrder(3))]));
      const open = await store.open();
      expect(open.map(({ order }) => order)).toEqual([queued, testOrder(3)]);
      expect(open[1]?.record).toEqual(await store.get(testId(3)));
    });

    it('knows what is completed, the newest of each type and scope, durations and the highest token', async () => {
      await store.apply(
        streamed([
          completed(testOrder(1)),
          completed(testOrder(2), { fencingToken: 1_700_000_000_000_001 }),
          failed(testOrder(3), { fencingToken: 1_700_000_000_000_009 }),
          requested(testOrder(3, { attempt: 2 })),
          completed(testOrder(4, { kind: 'duckdb-incremental' }), {
            ...{ scope: 'full', fencingToken: 1_700_000_000_000_002 },
          }),
          completed(testOrder(5, { kind: 'parquet-replication' })),
        ]),
      );
      expect(await store.completedIds()).toEqual(new Set([1, 2, 4, 5].map(testId)));
      expect((await store.newestCompleted()).map((row) => row.id)).toEqual([testId(4), testId(5)]);
      expect(await store.highestFencingToken()).toBe(1_700_000_000_000_009);
      expect(await store.typicalDuration('duckdb', 'full')).toBe(60_000);
      expect(await store.typicalDuration('kms', 'full')).toBeUndefined();
    });

    it('lists backups on demand whose latest attempt was interrupted, oldest first', async () => {
      const interrupted = { interrupted: true };
      const [second, scheduled] = [testOrder(2, { attempt: 2 }), { schedule: 'nightly', slot: iso(0) }];
      await store.apply(
        streamed([
          failed(testOrder(3), interrupted),
          failed(testOrder(2)),
          failed(second, interrupted),
          failed(testOrder(4, scheduled), interrupted),
          failed(testOrder(5)),
          failed(testOrder(6), interrupted),
          requested(testOrder(6, { attempt: 2 })),
        ]),
      );
      expect(await store.interruptedOnDemand()).toEqual([second, testOrder(3)]);
    });

    it('counts a backup of one tenant for none of all tenants', async () => {
      const tenantId = '6a2f41a3-c54c-4fe8-8e2e-3a1b9d0f7c11';
      const ofOne = completed(testOrder(2, { kind: 'kms-keys', tenantId }));
      await store.apply(streamed([ofOne]));
      expect(await store.newestCompleted()).toEqual([]);
      await store.apply(streamed([completed(testOrder(1, { kind: 'kms-keys' }))], 2));
      expect((await store.newestCompleted()).map((row) => row.id)).toEqual([testId(1)]);
    });

    it('knows nothing when it is empty', async () => {
      expect(await store.highestFencingToken()).toBe(0);
      expect(await store.completedIds()).toEqual(new Set());
      expect(await store.newestCompleted()).toEqual([]);
      expect(await store.scheduleHistory(0)).toEqual([]);
      expect(await store.get(testId(1))).toBeUndefined();
    });

    describeHistory(() => store);
    describeSchedules(() => store);
    describeRecoveries(() => store);
    describeVerifications(() => store);
  });
}
