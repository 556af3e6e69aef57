import { describe, expect, it } from '@jest/globals';
import { Later } from '../../engine/later.ts';
import { takeBackup } from '../../processors/take-backup.ts';
import { anOrder } from '../support/orders.ts';
import { exchangeOf } from '../support/exchange-of.ts';

describe('takeBackup', () => {
  it('runs the order under the signal of its message', async () => {
    const exchange = exchangeOf(anOrder('duckdb-full'));
    const given: unknown[] = [];
    const backups = {
      run(...args: unknown[]) {
        given.push(...args);
        return Promise.resolve();
      },
    };
    expect(await takeBackup(exchange, { backups })).toBe(exchange.body);
    expect(given).toEqual([exchange.body, exchange.signal]);
  });

  it('passes on that it is to come later', async () => {
    const backups = { run: () => Promise.reject(new Later(1, 'busy')) };
    await expect(takeBackup(exchangeOf(anOrder('duckdb-full')), { backups })).rejects.toBeInstanceOf(Later);
  });
});
