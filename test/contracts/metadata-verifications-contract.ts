import { expect, it } from '@jest/globals';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import {
  completed,
  foundDamaged,
  iso,
  requested,
  testId,
  testOrder,
  verified,
} from '../support/backup-events.ts';

/** What is known of verifications, and what follows from them; part of the contract. */
export function describeVerifications(store: () => MetadataStore): void {
  const statusOf = async ({ backupId }: BackupOrder) => (await store().get(backupId))?.status;
  const incremental = (n: number) => testOrder(n, { kind: 'duckdb-incremental' });

  it('keeps each verification once, and shows the newest with its backup', async () => {
    const order = testOrder(1);
    await store().restore([
      completed(order),
      verified(order, 1),
      verified(order, 2, { level: 3, reached: 2 }),
    ]);
    await store().restore([verified(order, 1, { result: 'failed' })]);
    const [newest, first, ...more] = await store().verifications(order.backupId, 10);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id: testId(500_001), result: 'passed' });
    expect(newest).toEqual({
      ...{ id: testId(500_002), backupId: order.backupId, backupType: 'duckdb', level: 3, reached: 2 },
      ...{ result: 'passed', findings: [], findingCount: 0, notes: [], errorCode: null, errorMessage: null },
      ...{ startTime: '2026-01-01T02:01:00.000Z', endTime: '2026-01-01T02:02:00.000Z', durationMs: 60_000 },
      ...{ bytes: 1000, objects: 3, manifests: 1, schedule: null, requestedBy: 'ops' },
      ...{ requestedAt: '2026-01-01T02:01:00.000Z', reason: 'asked for', worker: 'host:2' },
    });
    expect((await store().get(order.backupId))?.lastVerification).toEqual({
      ...{ id: testId(500_002), level: 3, reached: 2, result: 'passed', endTime: '2026-01-01T02:02:00.000Z' },
    });
    expect(await store().verifications(order.backupId, 1)).toHaveLength(1);
    expect(await store().events(order.backupId)).toMatchObject([
      { kind: 'completed' },
      { kind: 'verified' },
      { kind: 'verified' },
    ]);
  });

  it('calls a backup damaged until a later verification passes at that level', async () => {
    const order = testOrder(1);
    await store().restore([completed(order), foundDamaged(order, 5, { level: 3, reached: 2 })]);
    expect(await store().get(order.backupId)).toMatchObject({ status: 'damaged', damage: 'x is missing' });
    // Earlier, lower, or without a result: none of them says that it is whole.
    await store().restore([
      verified(order, 4, { level: 3 }),
      verified(order, 6, { level: 1 }),
      verified(order, 7, { level: 2, result: 'failed' }),
    ]);
    expect(await statusOf(order)).toBe('damaged');
    expect(await store().history({ limit: 9, status: 'completed' })).toEqual([]);
    expect(await store().history({ limit: 9, status: 'damaged' })).toHaveLength(1);
    await store().restore([verified(order, 8, { level: 2 })]);
    expect(await store().get(order.backupId)).toMatchObject({ status: 'completed', damage: null });
  });

  it('leaves damaged backups, and those that build on them, out of what can be relied on', async () => {
    const [full, first, second] = [testOrder(1), incremental(2), incremental(3)];
    await store().restore([
      completed(full),
      completed(first, { parentId: full.backupId }),
      completed(second, { parentId: first.backupId }),
      completed(testOrder(4, { kind: 'kms-keys' })),
      foundDamaged(testOrder(4, { kind: 'kms-keys' }), 1),
    ]);
    const newest = async () => (await store().newestCompleted()).map(({ id }) => id);
    expect(await newest()).toEqual([full.backupId, second.backupId]);
    expect(await store().damagedChains()).toEqual([]);
    await store().restore([foundDamaged(first, 2)]);
    expect(await newest()).toEqual([full.backupId]);
    expect(await store().damagedChains()).toEqual([
      { type: 'duckdb', newest: second.backupId, damaged: first.backupId, damage: 'x is missing' },
    ]);
    const anew = incremental(5);
    await store().restore([completed(anew, { scope: 'full' })]);
    expect(await newest()).toEqual([anew.backupId]);
    expect(await store().damagedChains()).toEqual([]);
  });

  it('tells what was taken last by the fencing token, also after the clock was set back', async () => {
    const [ahead, last] = [testOrder(9), testOrder(1)];
    await store().restore([
      completed(ahead, { fencingToken: 8 }),
      completed(last, { fencingToken: 9 }),
      foundDamaged(last, 1),
    ]);
    expect(await store().damagedChains()).toMatchObject([{ newest: last.backupId }]);
    await store().restore([verified(last, 2)]);
    expect((await store().newestCompleted()).map(({ id }) => id)).toEqual([last.backupId]);
    const oldestFirst = (await store().verifiable()).map(({ backupId }) => backupId);
    expect(oldestFirst).toEqual([ahead.backupId, last.backupId]);
  });

  it('knows the completed backups and when each was last verified at which level', async () => {
    const order = testOrder(1);
    await store().restore([
      completed(order),
      requested(testOrder(2)),
      verified(order, 1, { level: 2 }),
      verified(order, 2),
      verified(order, 3, { level: 3, result: 'failed' }),
    ]);
    const started = (hours: number) => Date.parse(order.requestedAt) + hours * 3_600_000;
    expect(await store().verifiable()).toEqual([
      {
        ...{ backupId: order.backupId, type: 'duckdb', tenantId: null },
        startedAt: Date.parse('2026-01-01T00:02:00.000Z'),
        completedAt: Date.parse('2026-01-01T00:03:00.000Z'),
        doneAt: { 1: started(2), 2: started(1), 3: null },
        failedAt: { 1: started(3) + 60_000, 2: started(3) + 60_000, 3: started(3) + 60_000 },
      },
    ]);
    expect(iso(started(1))).toBe('2026-01-01T01:01:00.000Z');
    expect(await store().orderOf(order.backupId)).toEqual(order);
    expect(await store().orderOf(testId(9))).toBeUndefined();
  });
}
