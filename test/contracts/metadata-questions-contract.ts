import { expect, it } from '@jest/globals';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { completed, failed, iso, requested, testId, testOrder } from '../support/backup-events.ts';

/** Pages and filters of the history; part of the contract. */
export function describeHistory(store: () => MetadataStore): void {
  it('gives the last 50 backups, newest first, and goes on from there', async () => {
    await store().restore(Array.from({ length: 120 }, (_, n) => completed(testOrder(n))));
    const first = await store().history({ limit: 50 });
    expect(first.map((row) => row.id)).toEqual(Array.from({ length: 50 }, (_, n) => testId(119 - n)));
    const second = await store().history({ limit: 100, after: testId(70) });
    expect(second.map((row) => row.id)).toEqual(Array.from({ length: 70 }, (_, n) => testId(69 - n)));
  });

  it('filters by type, status, tenant and time', async () => {
    const tenantId = '6a2f41a3-c54c-4fe8-8e2e-3a1b9d0f7c11';
    await store().restore([
      completed(testOrder(1)),
      failed(testOrder(2)),
      requested(testOrder(3, { kind: 'parquet-replication' })),
      completed(testOrder(4, { kind: 'kms-keys', tenantId })),
    ]);
    const ids = async (query: Omit<Parameters<MetadataStore['history']>[0], 'limit'>) =>
      (await store().history({ limit: 50, ...query })).map((row) => row.id);
    expect(await ids({ backupType: 'duckdb' })).toEqual([testId(2), testId(1)]);
    expect(await ids({ backupType: 'duckdb', status: 'completed' })).toEqual([testId(1)]);
    expect(await ids({ tenantId })).toEqual([testId(4)]);
    expect(await ids({ tenantId: tenantId.toUpperCase() })).toEqual([testId(4)]);
    expect(await ids({ from: '2026-01-01T00:03:00.000Z', to: '2026-01-01T00:05:00.000Z' })).toEqual([
      testId(3),
      testId(2),
    ]);
  });

  it('refuses a page cursor that names no backup', async () => {
    await expect(store().history({ limit: 1, after: testId(1) })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
}

/** What the plan asks; part of the contract. */
export function describeSchedules(store: () => MetadataStore): void {
  const nightly = (n: number, slot: number, attempt = 1) =>
    testOrder(n, { schedule: 'nightly', slot: iso(slot), attempt });

  it('gives the newest completed slot at or before now', async () => {
    await store().restore([
      completed(nightly(1, 1000)),
      completed(nightly(2, 2000)),
      completed(nightly(3, 9000)),
    ]);
    expect(await store().scheduleHistory(8999)).toEqual([
      {
        schedule: 'nightly',
        type: 'duckdb',
        lastSlot: 2000,
        lastCompletedAt: Date.parse('2026-01-01T00:04:00.000Z'),
        failed: null,
      },
    ]);
    expect(await store().scheduleHistory(9000)).toMatchObject([{ lastSlot: 9000 }]);
  });

  it('gives a failed slot that is newer than the last completed one, with its attempt', async () => {
    const interrupted = failed(nightly(3, 3000, 2), { interrupted: true });
    await store().restore([
      failed(nightly(1, 1000)),
      completed(nightly(2, 2000)),
      failed(nightly(3, 3000)),
      interrupted,
    ]);
    expect(await store().scheduleHistory(5000)).toMatchObject([
      {
        lastSlot: 2000,
        failed: {
          backupId: testId(3),
          slot: 3000,
          attempt: 2,
          failures: 1,
          failedAt: Date.parse(interrupted.endTime),
          interrupted: true,
          error: 'The source cannot be read.',
        },
      },
    ]);
    expect(await store().scheduleHistory(2500)).toMatchObject([{ failed: null }]);
  });

  it('forgets a failure once its slot is queued again or done', async () => {
    await store().restore([failed(nightly(1, 1000)), requested(nightly(1, 1000, 2))]);
    expect(await store().scheduleHistory(5000)).toEqual([
      { schedule: 'nightly', type: 'duckdb', lastSlot: null, lastCompletedAt: null, failed: null },
    ]);
    await store().restore([failed(nightly(2, 2000)), completed(nightly(3, 2000))]);
    expect(await store().scheduleHistory(5000)).toMatchObject([{ lastSlot: 2000, failed: null }]);
  });

  it('tells what a schedule did under one type from what it did under another', async () => {
    const archived = testOrder(2, { schedule: 'nightly', slot: iso(2000), kind: 'parquet-replication' });
    await store().restore([completed(nightly(1, 1000)), failed(archived), failed(nightly(3, 3000))]);
    expect(await store().scheduleHistory(5000)).toMatchObject([
      { type: 'duckdb', lastSlot: 1000, failed: { backupId: testId(3) } },
      { type: 'parquet', lastSlot: null, failed: { backupId: testId(2) } },
    ]);
  });

  it('tells schedules apart and leaves out what was asked for on demand', async () => {
    await store().restore([
      completed(testOrder(1)),
      completed(nightly(2, 1000)),
      completed(testOrder(3, { schedule: 'hourly', slot: iso(500) })),
    ]);
    const found = await store().scheduleHistory(5000);
    expect(found.map((one) => [one.schedule, one.lastSlot])).toEqual([
      ['hourly', 500],
      ['nightly', 1000],
    ]);
  });
}
