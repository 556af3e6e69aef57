import { describe, expect, it } from '@jest/globals';
import { backupEvent, eventId } from '../../model/backup-event.ts';
import { kindOf } from '../../model/backup-kind.ts';
import { sampleOrder } from '../support/backups.ts';

const order = sampleOrder({ attempt: 2 });

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
