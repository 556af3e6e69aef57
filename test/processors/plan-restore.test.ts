import { describe, expect, it } from '@jest/globals';
import { planRestore } from '../../processors/plan-restore.ts';
import type { RestorePlanner, RestoreRequest } from '../../processors/restoring/restore-request.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { sampleForecast } from '../support/restore-events.ts';
import { SettableClock } from '../support/settable-clock.ts';

const planner: RestorePlanner = {
  confine: ({ to }) => Promise.resolve(`/restores/${to}`),
  forecast: () => Promise.resolve(sampleForecast),
};
const asked: RestoreRequest = {
  ...{ backupType: 'duckdb', to: 'a', reason: 'a bad deploy', requestedBy: 'ops', dryRun: false },
  ...{ tables: ['t'], tenant: { id: '1', column: 'owner' } },
};
const plan = (request: RestoreRequest) =>
  planRestore(exchangeOf(request), { restorePlanner: planner, clock: new SettableClock() });

describe('planRestore', () => {
  it('makes an order with the place in full, the backup that was chosen, who asked and why', async () => {
    const planned = await plan(asked);
    expect(planned).toMatchObject({ plan: sampleForecast, to: '/restores/a' });
    expect(planned.order).toMatchObject({
      ...{ backupId: sampleForecast.backupId, to: '/restores/a', reason: 'a bad deploy', requestedBy: 'ops' },
      ...{ at: null, tables: ['t'], tenant: { id: '1', column: 'owner' }, trigger: 'api' },
    });
  });

  it('orders nothing for a rehearsal', async () => {
    expect(await plan({ ...asked, dryRun: true })).toMatchObject({ plan: sampleForecast, order: null });
  });

  it('refuses a moment and an id together', async () => {
    const both = { ...asked, at: '2026-01-01T00:00:00.000Z', backupId: sampleForecast.backupId };
    await expect(plan(both)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
