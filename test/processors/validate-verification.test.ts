import { describe, expect, it } from '@jest/globals';
import { validateVerification } from '../../processors/validate-verification.ts';
import { completed, foundDamaged, requested, testOrder } from '../support/backup-events.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { worlds } from '../support/scheduler-world.ts';

const world = worlds();
const asked = { level: 2, requestedBy: 'ops' } as const;

describe('validateVerification', () => {
  it('makes the order of a verification of a completed or damaged backup', async () => {
    const deps = await world();
    const order = testOrder(1);
    const { backupId } = order;
    await deps.metadata.restore([completed(order)]);
    const made = await validateVerification(exchangeOf({ ...asked, backupId, reason: 'audit' }), deps);
    expect(made).toMatchObject({ level: 2, order, schedule: null, requestedBy: 'ops', reason: 'audit' });
    await deps.metadata.restore([foundDamaged(order, 1)]);
    const again = await validateVerification(exchangeOf({ ...asked, backupId, reason: null }), deps);
    expect(again).toMatchObject({ order, reason: 'Asked for by ops.' });
  });

  it('refuses one that is not known, and one that was never completed', async () => {
    const deps = await world();
    const { backupId } = testOrder(1);
    const validate = () => validateVerification(exchangeOf({ ...asked, backupId, reason: null }), deps);
    await expect(validate()).rejects.toMatchObject({ code: 'backup-not-found' });
    await deps.metadata.restore([requested(testOrder(1))]);
    await expect(validate()).rejects.toMatchObject({
      code: 'backup-not-completed',
      facts: { backupId, status: 'queued' },
    });
  });
});
