import { describe, expect, it } from '@jest/globals';
import { unpackBackupTrigger } from '../../processors/unpack-backup-trigger.ts';
import { exchangeOf } from '../support/exchange-of.ts';

describe('unpackBackupTrigger', () => {
  it('makes a request of a message; who asks and the key are as it says', () => {
    const message = { backupType: 'duckdb', requestedBy: 'billing', idempotencyKey: 'k' } as const;
    expect(unpackBackupTrigger(exchangeOf(message))).toEqual({
      body: { backupType: 'duckdb' },
      trigger: 'queue',
      requestedBy: 'billing',
      idempotencyKey: 'queue/key/k',
    });
  });

  it('takes the queue for who asks and the id of the message for the key where it does not say', () => {
    expect(unpackBackupTrigger(exchangeOf({ backupType: 'kms' }))).toMatchObject({
      requestedBy: 'queue',
      idempotencyKey: 'queue/job/message-1',
    });
  });

  it('keeps ids of messages apart from keys that look like them', () => {
    const keyed = unpackBackupTrigger(exchangeOf({ backupType: 'parquet', idempotencyKey: 'message-1' }));
    const plain = unpackBackupTrigger(exchangeOf({ backupType: 'duckdb' }));
    expect(keyed.idempotencyKey).not.toBe(plain.idempotencyKey);
  });
});
