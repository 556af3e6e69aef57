import { describe, expect, it } from '@jest/globals';
import { runRestore } from '../../processors/run-restore.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { testRestore } from '../support/restore-events.ts';

describe('runRestore', () => {
  it('runs the restore with the signal of its message', async () => {
    const exchange = exchangeOf(testRestore(1));
    const runs: unknown[] = [];
    const restorer = { run: (...given: unknown[]) => Promise.resolve(void runs.push(given)) };
    expect(await runRestore(exchange, { restorer })).toBe(exchange.body);
    expect(runs).toEqual([[exchange.body, exchange.signal]]);
  });
});
