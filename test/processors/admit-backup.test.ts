import { describe, expect, it } from '@jest/globals';
import { admitBackup } from '../../processors/admit-backup.ts';
import type { BackupTrigger } from '../../processors/triggering/backup-trigger.ts';
import { completed, foundDamaged, testId, testOrder } from '../support/backup-events.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { type World, worlds } from '../support/scheduler-world.ts';

const world = worlds();
const duckdb: BackupTrigger = {
  kind: 'duckdb-full',
  type: 'duckdb',
  scope: 'full',
  tenantId: null,
  trigger: 'api',
  requestedBy: 'ops',
};
const parquet: BackupTrigger = { ...duckdb, kind: 'parquet-replication', type: 'parquet' };
const admit = (deps: World, trigger: BackupTrigger) => admitBackup(exchangeOf(trigger), deps);

describe('admitBackup', () => {
  it('admits one of two at the same moment, and refuses and records the other', async () => {
    const deps = await world();
    const results = await Promise.allSettled([admit(deps, duckdb), admit(deps, duckdb)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const [admission] = await deps.exclusion.admissions();
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'backup-already-running', facts: { backupId: admission?.order.backupId } },
    });
    expect((await deps.allEvents()).map(({ kind }) => kind)).toEqual(['requested', 'refused']);
  });

  it('lets one wait behind another type, and says behind which', async () => {
    const deps = await world();
    const first = await admit(deps, duckdb);
    if (first.outcome !== 'dispatched') throw new Error(first.outcome);
    const second = await admit(deps, parquet);
    expect(second).toMatchObject({ outcome: 'queued', waitingFor: first.order.backupId });
  });

  it('tells the worker that the newest backup was found damaged', async () => {
    const deps = await world();
    await deps.metadata.restore([completed(testOrder(1)), foundDamaged(testOrder(1), 1)]);
    const admitted = await admit(deps, { ...duckdb, kind: 'duckdb-incremental', scope: 'incremental' });
    expect(admitted).toMatchObject({
      order: { parentDamaged: `parent ${testId(1)} is damaged: x is missing` },
    });
  });

  it('gives a repeated request the backup of the first', async () => {
    const deps = await world();
    const first = await admit(deps, { ...duckdb, idempotencyKey: 'ops/1' });
    if (first.outcome !== 'dispatched') throw new Error(first.outcome);
    const again = await admit(deps, { ...duckdb, idempotencyKey: 'ops/1' });
    expect(again).toEqual({ outcome: 'repeated', backupId: first.order.backupId });
  });
});
