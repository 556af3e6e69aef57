import { describe, expect, it } from '@jest/globals';
import { backupAccounts, backupLedger, transfersOf } from '../../recording/event-transfers.ts';
import { ledgerVerification } from '../../recording/verification-transfers.ts';
import { transferIdsOf, ulidBits } from '../../recording/transfer-ids.ts';
import { completed, foundDamaged, testId, testOrder, verified } from '../support/backup-events.ts';

const order = testOrder(1);

describe('the transfer of a verification', () => {
  it('tells backup, level, result, begin, duration and bytes', () => {
    const [transfer, ...more] = transfersOf(
      foundDamaged(order, 1, { level: 3, reached: 2, durationMs: 12_345, bytes: 777 }),
      backupLedger,
    );
    expect(more).toEqual([]);
    expect(transfer).toMatchObject({ code: 13, ledger: 12, amount: 777n, flags: 0 });
    expect(transfer?.userData128).toBe(ulidBits(order.backupId));
    expect(transfer && ledgerVerification({ ...transfer, timestamp: 1_000_000n })).toEqual({
      ...{ verificationId: testId(500_001), level: 3, reached: 2, result: 'damaged' },
      ...{ startTime: '2026-01-01T01:01:00.000Z', durationMs: 12_300, bytes: 777 },
      recordedAt: '1970-01-01T00:00:00.001Z',
    });
  });

  it('keeps to its bits however long it took', () => {
    const [transfer] = transfersOf(verified(order, 1, { durationMs: 2 ** 50 }), backupLedger);
    expect(transfer?.userData32).toBeLessThan(2 ** 32);
    expect(transfer && ledgerVerification(transfer)).toMatchObject({ level: 1, result: 'passed' });
  });

  it('is none of a backup, nor is one of a backup a verification', () => {
    const [of] = transfersOf(verified(order, 1), backupLedger);
    expect(transferIdsOf(order.backupId, [1, 2, 3])).not.toContain(of?.id);
    for (const transfer of transfersOf(completed(order), backupLedger)) {
      expect(ledgerVerification(transfer)).toBeUndefined();
    }
    expect(of && ledgerVerification({ ...of, userData32: 0 })).toBeUndefined();
  });

  it('goes between accounts that exist', () => {
    const ids = backupAccounts(backupLedger).map(({ id }) => id);
    const [of] = transfersOf(verified(order, 1), backupLedger);
    expect(ids).toEqual(expect.arrayContaining([of?.debitAccountId, of?.creditAccountId]));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
