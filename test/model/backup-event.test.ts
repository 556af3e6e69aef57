import { describe, expect, it } from '@jest/globals';
import { backupEvent, eventId } from '../../model/backup-event.ts';
import { kindOf } from '../../model/backup-kind.ts';

const order = {
  backupId: '01KAVQ0000000000000000000A',
  attempt: 2,
  kind: 'duckdb-full',
  type: 'duckdb',
  scope: 'full',
  schedule: null,
  slot: null,
  tenantId: null,
  trigger: 'api',
  requestedBy: 'ops',
  requestedAt: '2026-01-01T00:00:00.000Z',
  timeoutMs: null,
  reason: 'asked for',
} as const;

describe('a backup event', () => {
  it('has the same id however often it is delivered', () => {
    const event = backupEvent.parse({ kind: 'requested', at: order.requestedAt, order });
    expect(eventId(event)).toBe('01KAVQ0000000000000000000A.2.requested');
    expect(eventId(backupEvent.parse(JSON.parse(JSON.stringify(event))))).toBe(eventId(event));
  });

  it('refuses a field that it does not know, and names it', () => {
    expect(() => backupEvent.parse({ kind: 'requested', at: order.requestedAt, order, extra: 1 })).toThrow(
      /extra/,
    );
  });
});

describe('the kind of a backup', () => {
  it('is known for each type and scope that exists, and for no other', () => {
    expect(kindOf('duckdb', 'incremental')).toBe('duckdb-incremental');
    expect(kindOf('parquet', 'incremental')).toBeUndefined();
  });
});
