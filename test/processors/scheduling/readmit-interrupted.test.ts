import { describe, expect, it } from '@jest/globals';
import type { BackupOrder } from '../../../model/backup-order.ts';
import { checkScheduledBackups } from '../../../processors/check-scheduled-backups.ts';
import { exchangeOf } from '../../support/exchange-of.ts';
import { anOrder } from '../../support/orders.ts';
import { type World, worlds } from '../../support/scheduler-world.ts';

const world = worlds();
const day = 24 * 60 * 60_000;
/** How an attempt ends whose worker was stopped. */
const givenBack = {
  interrupted: true,
  error: { code: 'backup-interrupted', message: 'the worker stops' },
};
const check = (deps: World) => checkScheduledBackups(exchangeOf({ at: '2026-01-01T00:00:00.000Z' }), deps);

describe('a check, of backups on demand that were interrupted', () => {
  it('runs one on demand again that a stopping worker gave back, under its id and before what is due', async () => {
    const deps = await world();
    const asked = anOrder('duckdb-full');
    await deps.exclusion.admit(asked, {});
    await deps.fail(asked, givenBack);
    const [again, ...others] = await check(deps);
    expect(again).toMatchObject({
      ...{ backupId: asked.backupId, attempt: 2, kind: 'duckdb-full', schedule: null },
      ...{ requestedBy: asked.requestedBy, requestedAt: asked.requestedAt },
    });
    expect(others).toEqual([]);
    expect(await check(deps)).toEqual([]);
    if (again !== undefined) await deps.complete(again);
    expect((await check(deps)).map(({ schedule }) => schedule)).not.toContain(null);
  });

  it('lets one that was given back wait for its turn', async () => {
    const deps = await world();
    const asked = anOrder('duckdb-full');
    await deps.exclusion.admit(asked, {});
    const other = anOrder('kms-keys');
    expect(await deps.exclusion.admit(other, {})).toMatchObject({ outcome: 'waiting' });
    await deps.fail(asked, givenBack);
    expect(await check(deps)).toMatchObject([{ backupId: other.backupId }]);
    await deps.complete(other);
    expect(await check(deps)).toMatchObject([{ backupId: asked.backupId, attempt: 2 }]);
  });

  it('leaves one on demand alone that failed, that is old, or that was given back too often', async () => {
    const deps = await world({ enabled: false });
    const broken = anOrder('parquet-replication');
    await deps.exclusion.admit(broken, {});
    await deps.fail(broken);
    expect(await check(deps)).toEqual([]);
    const old = anOrder('duckdb-full', { requestedAt: new Date(deps.clock.now() - day).toISOString() });
    await deps.exclusion.admit(old, {});
    await deps.fail(old, givenBack);
    expect(await check(deps)).toEqual([]);
    let next: BackupOrder | undefined = anOrder('duckdb-full');
    await deps.exclusion.admit(next, {});
    const attempts: number[] = [];
    while (next !== undefined) {
      attempts.push(next.attempt);
      await deps.fail(next, givenBack);
      [next] = await check(deps);
    }
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });
});
