import { describe, expect, it } from '@jest/globals';
import { checkScheduledBackups } from '../../processors/check-scheduled-backups.ts';
import { getBackupScheduleStatus } from '../../processors/get-backup-schedule-status.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import { foundDamaged, verified } from '../support/backup-events.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { anOrder } from '../support/orders.ts';
import { type World, worlds } from '../support/scheduler-world.ts';

const world = worlds();
const minute = 60_000;
const status = (deps: World) => getBackupScheduleStatus(exchangeOf({}), deps);
const check = (deps: World) => checkScheduledBackups(exchangeOf({ at: '' }), deps);
const only = (name: string, changes = {}) =>
  defaultSchedules
    .filter((schedule) => schedule.name === name)
    .map((one) => ({ ...one, after: [], ...changes }));
async function first(deps: World) {
  const { schedules } = await status(deps);
  return schedules[0];
}

describe('getBackupScheduleStatus', () => {
  it('names every schedule with its interval, in the order of the configuration', async () => {
    const { enabled, lockScope, schedules } = await status(await world());
    expect([enabled, lockScope]).toEqual([true, 'global']);
    expect(schedules.map(({ name, interval }) => [name, interval])).toEqual([
      ['tigerbeetle-snapshot', 'PT6H'],
      ['tigerbeetle-logs', 'PT15M'],
      ['duckdb-full', 'PT24H'],
      ['duckdb-incremental', 'PT6H'],
      ['parquet-replication', 'PT1H'],
      ['kms-keys', 'PT24H'],
    ]);
    expect(schedules.at(-1)).toMatchObject({ status: 'disabled', enabled: false, nextBackup: null });
  });

  it('tells last and next backup, and how old the newest restorable data is', async () => {
    const deps = await world({ schedules: only('parquet-replication', { rpoMs: 90 * minute }) });
    expect(await first(deps)).toMatchObject({
      lastBackup: null,
      nextBackup: '2026-01-01T00:00:00.000Z',
      status: 'due',
      rpo: { target: 'PT1H30M', ageOfNewestRestorableData: null, holds: false },
    });
    const [order] = await check(deps);
    expect(await first(deps)).toMatchObject({ status: 'queued', running: null, reasonCode: 'in-progress' });
    if (order !== undefined) await deps.complete(order);
    deps.clock.tick(30 * minute);
    expect(await first(deps)).toMatchObject({
      lastBackup: '2026-01-01T00:00:00.000Z',
      nextBackup: '2026-01-01T01:00:00.000Z',
      status: 'ok',
      rpo: { ageOfNewestRestorableData: 1800, holds: true },
    });
    deps.clock.tick(61 * minute);
    expect(await first(deps)).toMatchObject({ status: 'due', rpo: { holds: false } });
  });

  it('counts the age from the backup that was taken last, also after the clock was set back', async () => {
    const deps = await world({ schedules: only('duckdb-full') });
    const take = async (kind: 'duckdb-full' | 'duckdb-incremental') => {
      const order = anOrder(kind);
      await deps.exclusion.admit(order, { leaseToken: deps.lease.token ?? '' });
      await deps.complete(order);
    };
    deps.clock.tick(120 * minute);
    await take('duckdb-full');
    deps.clock.tick(-110 * minute);
    await take('duckdb-incremental');
    deps.clock.tick(30 * minute);
    expect(await first(deps)).toMatchObject({ rpo: { ageOfNewestRestorableData: 1800 } });
  });

  it('does not count a damaged backup as restorable, and says what is wrong', async () => {
    const deps = await world({ schedules: only('parquet-replication', { rpoMs: 90 * minute }) });
    const [order] = await check(deps);
    if (order === undefined) throw new Error('nothing was due');
    await deps.complete(order);
    expect(await first(deps)).toMatchObject({ damage: null, rpo: { holds: true } });
    await deps.events.append(foundDamaged(order, 1));
    expect(await first(deps)).toMatchObject({
      damage: `${order.backupId} is damaged: x is missing`,
      rpo: { ageOfNewestRestorableData: null, holds: false },
    });
    await deps.events.append(verified(order, 2));
    expect(await first(deps)).toMatchObject({ damage: null, rpo: { holds: true } });
  });

  it('says which backup a schedule is late by, and which runs', async () => {
    const deps = await world();
    const [order] = await check(deps);
    if (order === undefined) throw new Error('nothing was due');
    await deps.begin(order);
    const { schedules } = await status(deps);
    const own = schedules.find(({ name }) => name === order.schedule);
    expect(own).toMatchObject({ status: 'running', running: order.backupId, attempt: 1 });
    const other = schedules.find(({ name }) => name === 'parquet-replication');
    expect(other).toMatchObject({ status: `late: blocked by ${order.backupId}`, lateBy: order.backupId });
  });

  it('says when a failed one is tried again', async () => {
    const deps = await world({ schedules: only('duckdb-full') });
    const [order] = await check(deps);
    if (order !== undefined) await deps.fail(order);
    const found = await first(deps);
    expect(found).toMatchObject({
      status: 'retrying',
      attempt: 2,
      reasonCode: 'retry-later',
      lastBackup: null,
    });
    expect(Date.parse(found?.nextAttemptAt ?? '')).toBeGreaterThan(deps.clock.now());
  });

  it('shows cron expressions with their time zone, and types without a source', async () => {
    const timing = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    const deps = await world({ schedules: only('duckdb-full', { timing }), configured: ['parquet'] });
    expect(await first(deps)).toMatchObject({
      interval: '30 2 * * *',
      timeZone: 'Europe/Berlin',
      status: 'not-configured',
      reasonCode: 'source-not-configured',
    });
  });
});
