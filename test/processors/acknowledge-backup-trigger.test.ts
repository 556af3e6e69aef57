import { describe, expect, it } from '@jest/globals';
import { isKindOrder } from '../../model/kind-order.ts';
import { acknowledgeBackupTrigger } from '../../processors/acknowledge-backup-trigger.ts';
import type { AdmittedTrigger } from '../../processors/triggering/backup-trigger.ts';
import { anOrder } from '../support/orders.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { type World, worlds } from '../support/scheduler-world.ts';

const world = worlds();
const acknowledge = (deps: World, admitted: AdmittedTrigger) =>
  acknowledgeBackupTrigger(exchangeOf(admitted), deps);

describe('acknowledgeBackupTrigger', () => {
  it('gives the id, and whom it waits for', async () => {
    const deps = await world();
    const order = anOrder('duckdb-full');
    if (!isKindOrder(order)) throw new Error(order.kind);
    const { backupId } = order;
    expect(await acknowledge(deps, { outcome: 'dispatched', order })).toEqual({
      backupId,
      status: 'dispatched',
    });
    expect(await acknowledge(deps, { outcome: 'queued', backupId, waitingFor: 'X' })).toEqual({
      backupId,
      status: 'queued',
      waitingFor: 'X',
    });
  });

  it('tells a repeated request how its backup stands now', async () => {
    const deps = await world();
    const [ahead, own] = [anOrder('duckdb-full'), anOrder('kms-keys')];
    await deps.exclusion.admit(ahead, {});
    await deps.exclusion.admit(own, {});
    const repeated = { outcome: 'repeated', backupId: own.backupId } as const;
    expect(await acknowledge(deps, repeated)).toEqual({
      backupId: own.backupId,
      status: 'queued',
      waitingFor: ahead.backupId,
    });
    await deps.complete(ahead);
    await deps.exclusion.promote(own.backupId);
    expect(await acknowledge(deps, repeated)).toMatchObject({ status: 'dispatched' });
  });
});
