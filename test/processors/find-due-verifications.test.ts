import { describe, expect, it } from '@jest/globals';
import { verificationOrder } from '../../model/verification.ts';
import { findDueVerifications } from '../../processors/find-due-verifications.ts';
import { completed, testOrder, verified } from '../support/backup-events.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { worlds } from '../support/scheduler-world.ts';

const world = worlds();
const order = testOrder(1);
const hour = 3_600_000;

describe('findDueVerifications', () => {
  it('makes an order for each backup that is due, once the events are recorded', async () => {
    const deps = await world();
    deps.clock.tick(2 * hour);
    await deps.events.append(completed(order));
    const [found, ...more] = await findDueVerifications(exchangeOf({ at: '' }), deps);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ level: 3, order, schedule: 'restores', requestedBy: 'scheduler' });
    expect(verificationOrder.parse(found)).toEqual(found);
    await deps.events.append(verified(order, 2, { level: 3 }));
    expect(await findDueVerifications(exchangeOf({ at: '' }), deps)).toEqual([]);
    deps.clock.tick(24 * hour);
    expect(await findDueVerifications(exchangeOf({ at: '' }), deps)).toMatchObject([{ level: 1 }]);
  });

  it('finds nothing where another leads, or where nothing is scheduled', async () => {
    const deps = await world();
    deps.clock.tick(24 * hour);
    await deps.events.append(completed(order));
    const enabled = { ...deps, schedules: { ...deps.schedules, enabled: false } };
    expect(await findDueVerifications(exchangeOf({ at: '' }), enabled)).toEqual([]);
    deps.lease.token = undefined;
    expect(await findDueVerifications(exchangeOf({ at: '' }), deps)).toEqual([]);
  });
});
