import { describe, expect, it } from '@jest/globals';
import { admitRestore } from '../../processors/admit-restore.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { sampleForecast, testRestore } from '../support/restore-events.ts';

describe('admitRestore', () => {
  it('lets the order in, and passes the plan on', async () => {
    const admitted: unknown[] = [];
    const restores = { admit: (order: unknown) => Promise.resolve(void admitted.push(order)) };
    const planned = { plan: sampleForecast, to: '/restores/a', order: testRestore(1) };
    expect(await admitRestore(exchangeOf(planned), { restores })).toBe(planned);
    expect(admitted).toEqual([planned.order]);
  });
});
