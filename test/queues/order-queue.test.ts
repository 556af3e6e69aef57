import { describe, expect, it } from '@jest/globals';
import { backupTypes } from '../../model/backup-kind.ts';
import { backupQueues } from '../../queues/all-queues.ts';
import { backupVerifications } from '../../queues/backup-verifications.ts';
import { backupTriggers } from '../../queues/backup-triggers.ts';
import { orderJobId } from '../../queues/order-queue.ts';
import { checkAt } from '../../queues/schedule-checks.ts';
import { anOrder, aScheduledOrder, aVerification } from '../support/orders.ts';

const kinds = {
  tigerbeetle: 'tigerbeetle-logs',
  duckdb: 'duckdb-full',
  parquet: 'parquet-replication',
  kms: 'kms-keys',
} as const;

describe('a queue of backup orders', () => {
  it.each(backupTypes)('takes orders for %s alone', (type) => {
    const { parse } = backupQueues[type];
    const order = anOrder(kinds[type]);
    expect(parse(order)).toEqual(order);
    const foreign = anOrder(type === 'kms' ? 'duckdb-full' : 'kms-keys');
    expect(() => parse(foreign)).toThrow(
      expect.objectContaining({
        code: 'invalid-message',
        permanent: true,
        facts: { queue: `${type}-backups`, field: 'type' },
      }),
    );
  });

  it('refuses an order whose kind, type and scope do not go together, and one with unknown fields', () => {
    const { parse } = backupQueues.duckdb;
    expect(() => parse({ ...anOrder('duckdb-full'), scope: 'incremental' })).toThrow('field kind');
    expect(() => parse({ ...anOrder('duckdb-full'), extra: 1 })).toThrow('extra');
    expect(() => parse({ ...anOrder('duckdb-full'), attempt: 0 })).toThrow('field attempt');
    expect(() => parse(undefined)).toThrow('field (the message)');
  });

  it('refuses half a surrogate pair in a trigger, which no store can keep', () => {
    const trigger = { backupType: 'duckdb', requestedBy: 'billing 😀' };
    expect(backupTriggers.parse(trigger)).toEqual(trigger);
    expect(() => backupTriggers.parse({ ...trigger, requestedBy: 'b\ud83d' })).toThrow('field requestedBy');
    expect(() => backupTriggers.parse({ ...trigger, idempotencyKey: '\ude00' })).toThrow('idempotencyKey');
  });

  it('names a message by schedule, slot and attempt, or by the backup on demand', () => {
    expect(orderJobId(aScheduledOrder('duckdb-full', { attempt: 2 }))).toBe('duckdb-full@20260101T000000Z.2');
    const order = anOrder('duckdb-full');
    expect(orderJobId(order)).toBe(`on-demand@${order.backupId}.1`);
  });
});

describe('the queue of triggers', () => {
  it('names the field that is wrong', () => {
    expect(backupTriggers.parse({ backupType: 'kms' })).toEqual({ backupType: 'kms' });
    expect(() => backupTriggers.parse({ backupType: 'oracle' })).toThrow(
      'queue backup-triggers, field backupType',
    );
    expect(() => backupTriggers.parse({ backupType: 'kms', tenantId: 7 })).toThrow('field tenantId');
    expect(() => backupTriggers.parse('duckdb')).toThrow('field (the message)');
  });
});

describe('checkAt', () => {
  it('makes one message of many requests for now, and one for each later second', () => {
    expect(checkAt(1_000, 5_000)).toEqual({ delay: 0, deduplication: { id: 'now', keepLastIfActive: true } });
    expect(checkAt(9_100, 5_000)).toEqual({
      delay: 4_100,
      deduplication: { id: 'at-10', keepLastIfActive: true },
    });
    expect(checkAt(9_900, 5_000).deduplication).toEqual(checkAt(9_100, 5_000).deduplication);
  });
});

describe('the queue of verifications', () => {
  it('lets those that schedules ask for wait behind those on demand', () => {
    expect(backupVerifications.behind(aVerification({ schedule: 'every-week' }))).toBe(true);
    expect(backupVerifications.behind(aVerification({ schedule: null }))).toBe(false);
  });
});
