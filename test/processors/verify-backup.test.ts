import { describe, expect, it } from '@jest/globals';
import { verifyBackup } from '../../processors/verify-backup.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { aVerification } from '../support/orders.ts';

describe('verifyBackup', () => {
  it('runs the verification, and says which attempt is the last', async () => {
    const order = aVerification();
    const runs: unknown[] = [];
    const verifier = {
      run: (asked: unknown, { last }: { readonly last: boolean }) => {
        runs.push([asked, last]);
        return Promise.resolve();
      },
    };
    for (const attempt of [1, 3]) {
      expect(await verifyBackup({ ...exchangeOf(order), attempt }, { verifier })).toBe(order);
    }
    expect(runs).toEqual([
      [order, false],
      [order, true],
    ]);
  });
});
