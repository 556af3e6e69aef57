import { describe, expect, it } from '@jest/globals';
import { checkScheduledBackups } from '../../processors/check-scheduled-backups.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import { failed, foundDamaged } from '../support/backup-events.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { type World, worlds } from '../support/scheduler-world.ts';
import { anOrder } from '../support/orders.ts';

const world = worlds();
const minute = 60_000;
const check = (deps: World) => checkScheduledBackups(exchangeOf({ at: '2026-01-01T00:00:00.000Z' }), deps);

/** Checks and completes until nothing is due any more; the kinds in the order in which they ran. */
async function settle(deps: World): Promise<string[]> {
  const ran: string[] = [];
  for (let orders = await check(deps); orders.length > 0; orders = await check(deps)) {
    for (const order of orders) {
      ran.push(order.kind);
      await deps.complete(order);
    }
  }
  return ran;
}

describe('checkScheduledBackups', () => {
  it('scheduled backup triggered when interval elapsed', async () => {
    const deps = await world();
    await settle(deps);
    deps.clock.tick(14 * minute);
    expect(await check(deps)).toEqual([]);
    deps.clock.tick(minute);
    const [order] = await check(deps);
    expect(order).toMatchObject({
      kind: 'tigerbeetle-logs',
      schedule: 'tigerbeetle-logs',
      slot: '2026-01-01T00:15:00.000Z',
      trigger: 'schedule',
      requestedBy: 'scheduler',
      attempt: 1,
      reason: expect.stringContaining('2026-01-01T00:15:00.000Z is due'),
    });
  });

  it('scheduled backup skipped when already running', async () => {
    const deps = await world();
    const [order] = await check(deps);
    expect(order).toBeDefined();
    expect(await check(deps)).toEqual([]);
    if (order !== undefined) await deps.begin(order);
    expect(await check(deps)).toEqual([]);
    const [admission] = await deps.exclusion.admissions();
    expect(admission?.order.backupId).toBe(order?.backupId);
  });

  it('tells workers of a type, and of no other, that its newest backup builds on a damaged one', async () => {
    const deps = await world({
      schedules: defaultSchedules.filter(({ name }) => name.startsWith('duckdb-')),
    });
    const [full] = await check(deps);
    if (full === undefined) throw new Error('nothing is due');
    await deps.complete(full);
    deps.clock.tick(minute);
    const [first] = await check(deps);
    if (first === undefined) throw new Error('nothing is due');
    expect(first).not.toHaveProperty('parentDamaged');
    await deps.complete(first, { parentId: full.backupId });
    await deps.events.append(foundDamaged(full, 1));
    deps.clock.tick(6 * 60 * minute);
    const [second] = await check(deps);
    expect(second).toMatchObject({
      kind: 'duckdb-incremental',
      parentDamaged: `parent ${first.backupId} builds on ${full.backupId}, which is damaged: x is missing`,
    });
  });

  it('waits for the end of a backup that Redis has lost, since its worker may still be at work', async () => {
    const deps = await world();
    const [order] = await check(deps);
    if (order === undefined) throw new Error('nothing is due');
    await deps.begin(order);
    await deps.recorder.drain();
    const emptied = { ...deps, exclusion: (await world()).exclusion };
    expect(await check(emptied)).toEqual([]);
    await deps.metadata.restore([failed(order)]);
    expect(await check(emptied)).toHaveLength(1);
  });

  it('runs everything that has never run, one after the other, each once', async () => {
    const deps = await world();
    const ran = await settle(deps);
    expect(ran.toSorted()).toEqual([
      'duckdb-full',
      'duckdb-incremental',
      'parquet-replication',
      'tigerbeetle-logs',
      'tigerbeetle-snapshot',
    ]);
    expect(ran.indexOf('tigerbeetle-logs')).toBeGreaterThan(ran.indexOf('tigerbeetle-snapshot'));
    expect(ran.indexOf('duckdb-incremental')).toBeGreaterThan(ran.indexOf('duckdb-full'));
  });

  it('admits one of each type under the scope type, in their order', async () => {
    const deps = await world({ lockScope: 'type' });
    const types = (await check(deps)).map(({ type }) => type);
    expect(types.toSorted()).toEqual(['duckdb', 'tigerbeetle']);
  });

  it('dispatches those on demand that waited before what is due', async () => {
    const deps = await world();
    const [first] = await check(deps);
    if (first === undefined) throw new Error('nothing was due');
    const kms = anOrder('kms-keys');
    expect(await deps.exclusion.admit(kms, {})).toMatchObject({ outcome: 'waiting' });
    expect(await check(deps)).toEqual([]);
    await deps.complete(first);
    expect((await check(deps)).map(({ backupId }) => backupId)).toEqual([kms.backupId]);
  });

  it('does nothing without leadership, and admits nothing under a lease that was lost', async () => {
    const deps = await world();
    deps.lease.token = undefined;
    expect(await check(deps)).toEqual([]);
    const outdated = { ...deps, leadership: { token: () => 'an older lease' } };
    expect(await check(outdated)).toEqual([]);
    expect(await deps.exclusion.admissions()).toEqual([]);
  });

  it('tries a failed one again under its id, and asks to be woken for it', async () => {
    const deps = await world();
    const [first] = await check(deps);
    if (first === undefined) throw new Error('nothing was due');
    await deps.fail(first);
    await settle(deps);
    const wakeAt = deps.requestedChecks.at(-1);
    expect(wakeAt).toBeGreaterThan(deps.clock.now());
    deps.clock.tick((wakeAt ?? 0) - deps.clock.now());
    expect(await check(deps)).toMatchObject([{ backupId: first.backupId, attempt: 2, slot: first.slot }]);
  });

  it('asks to be woken for the retry of a backup that it closes itself, since its worker has died', async () => {
    const deps = await world();
    const [order] = await check(deps);
    if (order === undefined) throw new Error('nothing is due');
    const { holding, begun } = await deps.begin(order);
    const end = { at: '2026-01-01T00:00:00.000Z', endTime: '2026-01-01T00:00:00.000Z' };
    const died = failed(order, { ...end, startTime: begun.startTime, fencingToken: begun.fencingToken });
    await deps.recorder.drain();
    let dead = 1;
    const reap = async (): Promise<number> => {
      if (dead === 0) return 0;
      await deps.exclusion.finish(holding, died);
      return dead--;
    };
    deps.requestedChecks.length = 0;
    await checkScheduledBackups(exchangeOf({ at: end.at }), { ...deps, reaper: { reap } });
    expect(deps.requestedChecks).toEqual([expect.any(Number)]);
  });

  it('asks to be woken for a slot that is due between two ticks', async () => {
    const [schedule] = defaultSchedules.filter(({ name }) => name === 'parquet-replication');
    if (schedule === undefined) throw new Error('no such schedule');
    const timing = { every: 15 * minute, anchor: 90_000 };
    const deps = await world({ schedules: [{ ...schedule, timing, jitterMs: minute, after: [] }] });
    await settle(deps);
    const wakeAt = deps.requestedChecks.at(-1) ?? 0;
    const [slot, begun] = [Date.parse('2026-01-01T00:01:30Z'), deps.clock.now()];
    expect(wakeAt).toBeGreaterThanOrEqual(slot);
    expect(wakeAt).toBeLessThanOrEqual(slot + minute);
    deps.clock.tick(wakeAt - begun - 1);
    expect(await check(deps)).toEqual([]);
    expect(deps.requestedChecks.at(-1)).toBe(wakeAt);
    deps.clock.tick(1);
    expect(await check(deps)).toMatchObject([{ slot: '2026-01-01T00:01:30.000Z' }]);
  });

  it('does not run a slot again whose backup ends while it looks', async () => {
    const deps = await world();
    const [first] = await check(deps);
    if (first === undefined) throw new Error('nothing was due');
    const admissions = deps.exclusion.admissions.bind(deps.exclusion);
    let looks = 0;
    const ending = {
      ...deps,
      exclusion: {
        ...deps.exclusion,
        async admissions() {
          const seen = await admissions();
          looks += 1;
          if (looks === 2) await deps.complete(first);
          return seen;
        },
      },
    };
    expect(await check(ending)).toEqual([]);
    expect((await check(deps)).map(({ slot, kind }) => `${kind} ${slot}`)).not.toContain(
      `${first.kind} ${first.slot}`,
    );
  });

  it('drains before it reaps, and again what that has closed', async () => {
    const deps = await world();
    const done: string[] = [];
    const noting = {
      ...deps,
      recorder: {
        drain: async () => {
          done.push('drain');
          await deps.recorder.drain();
        },
      },
      reaper: {
        reap: () => {
          done.push('reap');
          return Promise.resolve(1);
        },
      },
    };
    await check(noting);
    expect(done).toEqual(['drain', 'reap', 'drain', 'drain']);
  });
});
