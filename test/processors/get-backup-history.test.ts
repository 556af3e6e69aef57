import { describe, expect, it } from '@jest/globals';
import { getBackupHistory } from '../../processors/get-backup-history.ts';
import { completed, streamed, testId, testOrder } from '../support/backup-events.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { worlds } from '../support/scheduler-world.ts';

const world = worlds();

async function withBackups(count: number) {
  const { metadata } = await world();
  const orders = Array.from({ length: count }, (_, index) => testOrder(index + 1));
  await metadata.apply(streamed(orders.map((order) => completed(order))));
  return (query: unknown) => getBackupHistory(exchangeOf(query), { metadata });
}

describe('getBackupHistory', () => {
  it('backup history API returns last 50 backups', async () => {
    const history = await withBackups(60);
    const { items, nextCursor } = await history({});
    expect(items).toHaveLength(50);
    expect(items[0]?.id).toBe(testId(60));
    expect(items.at(-1)?.id).toBe(testId(11));
    expect(nextCursor).toBe(testId(11));
    expect(items[0]).toMatchObject({
      backupType: 'duckdb',
      backupScope: 'full',
      startTime: expect.stringMatching(/Z$/),
      endTime: expect.stringMatching(/Z$/),
      status: 'completed',
      backupSizeBytes: 1000,
      backupLocation: expect.stringContaining('file:///store/duckdb/'),
      checksum: 'ab'.repeat(32),
    });
  });

  it('goes on where the page before ended, up to the last', async () => {
    const history = await withBackups(60);
    const { nextCursor } = await history({ limit: '50' });
    const rest = await history({ limit: 50, cursor: nextCursor });
    expect(rest.items.map(({ id }) => id).at(0)).toBe(testId(10));
    expect([rest.items.length, rest.nextCursor]).toEqual([10, null]);
    const all = await history({ limit: 1000 });
    expect([all.items.length, all.nextCursor]).toEqual([60, null]);
  });

  it('filters by type, status, tenant and time, in any time zone', async () => {
    const history = await withBackups(3);
    expect((await history({ backupType: 'kms' })).items).toEqual([]);
    expect((await history({ status: 'failed' })).items).toEqual([]);
    expect((await history({ from: '2026-01-01', to: '2026-01-02' })).items).toHaveLength(3);
    expect((await history({ from: '2026-01-01T01:02:30+01:00' })).items).toHaveLength(2);
  });

  it.each([
    [{ backupType: 'oracle' }, 'backupType', 'tigerbeetle, duckdb, parquet, kms'],
    [{ status: 'done' }, 'status', 'queued, running, completed, failed'],
    [{ tenantId: 'acme' }, 'tenantId', 'a UUID'],
    [{ from: 'yesterday' }, 'from', 'ISO-8601'],
    [{ limit: '0' }, 'limit', '1 to 1000'],
    [{ limit: '1001' }, 'limit', '1 to 1000'],
    [{ limit: 'ten' }, 'limit', '1 to 1000'],
    [{ cursor: '7' }, 'cursor', 'nextCursor'],
    [{ page: '2' }, 'page', 'backupType'],
  ])('refuses %j, naming %s', async (query, field, message) => {
    const history = await withBackups(0);
    await expect(history(query)).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(message),
      facts: { field },
    });
  });
});
