import { describe, expect, it } from '@jest/globals';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { streamed, testId } from '../support/backup-events.ts';
import {
  restoreCompleted,
  restoreFailed,
  restoreRequested,
  restoreStarted,
  testRestore,
} from '../support/restore-events.ts';

/** What a metadata store knows of restores. */
export function describeRecoveries(store: () => MetadataStore): void {
  describe('recoveries', () => {
    it('follow a restore from queued over running to completed, with who, what and why', async () => {
      const order = testRestore(1, { tables: ['main.a'], tenant: { id: 't1', column: 'tenant_id' } });
      await store().apply(streamed([restoreRequested(order)]));
      expect(await store().recovery(order.restoreId)).toMatchObject({ status: 'queued', startTime: null });
      await store().apply(streamed([restoreStarted(order)], 2));
      expect(await store().openRecoveries()).toMatchObject([{ record: { status: 'running' }, order }]);
      await store().apply(streamed([restoreCompleted(order, { notes: ['a view is broken'] })], 3));
      expect(await store().openRecoveries()).toEqual([]);
      expect(await store().recovery(order.restoreId)).toEqual({
        id: order.restoreId,
        backupType: 'duckdb',
        backupId: testId(900),
        at: null,
        to: '/restores/hot.duckdb',
        tables: ['main.a'],
        tenant: { id: 't1', column: 'tenant_id' },
        status: 'completed',
        trigger: 'api',
        requestedBy: 'ops',
        requestedAt: '2026-01-01T00:01:00.000Z',
        reason: 'a bad deploy',
        startTime: '2026-01-01T00:01:10.000Z',
        endTime: '2026-01-01T00:01:20.000Z',
        worker: 'host:1',
        plainBytes: 20_000,
        sealedBytes: 10_000,
        objects: 2,
        counts: { tables: 1, rows: 5 },
        notes: ['a view is broken'],
        errorCode: null,
        errorMessage: null,
      });
    });

    it('are the same in whatever order events come, and keep the error of a failure', async () => {
      const [one, two] = [testRestore(1), testRestore(2)];
      const events = [
        ...[restoreFailed(one), restoreStarted(one), restoreRequested(one)],
        ...[restoreCompleted(two), restoreFailed(two), restoreRequested(two)],
      ];
      await store().apply(streamed(events));
      await store().restore(events);
      const found = await store().recoveries({ limit: 10 });
      expect(found.map(({ id, status, errorCode }) => [id, status, errorCode])).toEqual([
        [two.restoreId, 'completed', null],
        [one.restoreId, 'failed', 'object-damaged'],
      ]);
    });

    it('come newest first in pages, of one type or status, and measure how fast they were', async () => {
      const orders = [1, 2, 3].map((n) => testRestore(n, n === 2 ? { backupType: 'parquet' } : {}));
      await store().apply(streamed(orders.map((order) => restoreCompleted(order))));
      await store().apply(streamed([restoreRequested(testRestore(4))], 9));
      const ids = async (query: object) =>
        (await store().recoveries({ limit: 2, ...query })).map(({ id }) => id);
      expect(await ids({})).toEqual([testId(4), testId(3)]);
      expect(await ids({ after: testId(3) })).toEqual([testId(2), testId(1)]);
      expect(await ids({ backupType: 'duckdb', status: 'completed' })).toEqual([testId(3), testId(1)]);
      await expect(ids({ after: testId(99) })).rejects.toMatchObject({ code: 'invalid-request' });
      expect(await store().restoreRate('parquet')).toBe(2000);
      expect(await store().restoreRate('tigerbeetle')).toBeUndefined();
    });
  });
}
