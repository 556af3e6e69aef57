import { describe, expect, it } from '@jest/globals';
import { checkScheduledBackups } from '../../../processors/check-scheduled-backups.ts';
import { compileSchedules } from '../../../scheduling/compile-schedules.ts';
import { defaultSchedules } from '../../../scheduling/default-schedules.ts';
import { exchangeOf } from '../../support/exchange-of.ts';
import { type World, worlds } from '../../support/scheduler-world.ts';

const world = worlds();
const minute = 60_000;
const check = (deps: World) => checkScheduledBackups(exchangeOf({ at: '2026-01-01T00:00:00.000Z' }), deps);

describe('the state that the plan looks at', () => {
  it('starts afresh where a schedule is given another type while a failed slot waits to be tried again', async () => {
    const [schedule] = defaultSchedules.filter(({ name }) => name === 'duckdb-full');
    if (schedule === undefined) throw new Error('no such schedule');
    const nightly = { ...schedule, name: 'nightly', after: [] };
    const deps = await world({ schedules: [nightly] });
    const [first] = await check(deps);
    if (first === undefined) throw new Error('nothing is due');
    await deps.fail(first);
    deps.clock.tick(10 * minute);
    const compiled = compileSchedules([{ ...nightly, kind: 'parquet-replication' }]);
    const [second] = await check({ ...deps, schedules: { enabled: true, compiled } });
    expect(second).toMatchObject({ type: 'parquet', slot: first.slot, attempt: 1 });
    await deps.recorder.drain();
    expect(await deps.metadata.get(first.backupId)).toMatchObject({ backupType: 'duckdb', status: 'failed' });
  });
});
