import { beforeEach, describe, expect, it } from '@jest/globals';
import { manifestPath } from '../../model/manifest.ts';
import { runBackup } from '../../workers/run-backup.ts';
import { allEvents, eventKinds } from '../contracts/exclusion-under-test.ts';
import { lifecycle, type Lifecycle } from '../support/lifecycle.ts';
import { aFailure } from '../support/orders.ts';
import { scratchFolders } from '../support/scratch.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { aborted, aTaken, takeSmallObject } from '../support/test-taker.ts';
import { until } from '../support/until.ts';

const scratch = scratchFolders();
const never = new AbortController().signal;

describe('a backup that does not go well in time', () => {
  let world: Lifecycle;
  beforeEach(async () => {
    world = await lifecycle(scratch);
  });

  it('is aborted when no byte comes, and not while bytes come', async () => {
    const order = await world.admitted();
    const frame = world.frameFor(
      async (job) => {
        for (let minute = 0; minute < 30; minute += 1) {
          world.clock.tick(9_000);
          job.progress(1);
          await world.watched();
        }
        expect(job.signal.aborted).toBe(false);
        world.clock.tick(10_000);
        await aborted(job.signal);
        throw new Error('gave up');
      },
      { limits: { stallMs: 10_000 } },
    );
    await expect(runBackup(order, never, frame)).rejects.toMatchObject({ code: 'backup-stalled' });
    expect((await allEvents(world.events)).at(-1)).toMatchObject({ error: { code: 'backup-stalled' } });
  });

  it('is aborted when it takes longer than its order allows, although bytes come', async () => {
    const order = await world.admitted({ timeoutMs: 12_000 });
    const frame = world.frameFor(async (job) => {
      world.clock.tick(12_000);
      job.progress(1);
      await aborted(job.signal);
      return aTaken(job, []);
    });
    await expect(runBackup(order, never, frame)).rejects.toMatchObject({ code: 'backup-timed-out' });
    expect(await world.stored()).toEqual([]);
  });

  it('publishes nothing and appends nothing once its lock is lost', async () => {
    const order = await world.admitted();
    const frame = world.frameFor(async (job) => {
      const taken = await takeSmallObject(job);
      world.clock.tick(15_000);
      await world.exclusion.close(order, aFailure(order));
      return taken;
    });
    await expect(runBackup(order, never, frame)).rejects.toMatchObject({ code: 'lock-lost' });
    expect(await world.stored()).not.toContain(manifestPath('duckdb', order.backupId));
    expect(await eventKinds(world.events)).toEqual([
      'duckdb.1.requested',
      'duckdb.1.started',
      'duckdb.1.failed',
    ]);
  });

  it('is aborted when Redis has not answered for as long as the lock lives', async () => {
    const order = await world.admitted();
    let asked = 0;
    const renew = () => {
      asked += 1;
      return Promise.reject(new Error('connection refused'));
    };
    const frame = world.frameFor(
      async (job) => {
        world.clock.tick(14_000);
        await until('a renewal was tried', () => asked > 0);
        expect(job.signal.aborted).toBe(false);
        world.clock.tick(1_000);
        await aborted(job.signal);
        return aTaken(job, []);
      },
      { exclusion: { ...world.exclusion, renew } },
    );
    await expect(runBackup(order, never, frame)).rejects.toMatchObject({ code: 'lock-lost' });
  });

  it('is not disturbed when the clock of its machine is set', async () => {
    const order = await world.admitted({ timeoutMs: 60_000 });
    const stopwatch = new SettableClock(0);
    const clock = new SettableClock();
    let looks = 0;
    const frame = world.frameFor(
      async (job) => {
        for (const jump of [3_600_000, -7_200_000]) {
          clock.tick(jump);
          const before = looks;
          stopwatch.tick(5);
          await until('the watch has looked', () => looks > before);
        }
        expect(job.signal.aborted).toBe(false);
        return takeSmallObject(job);
      },
      {
        clock,
        stopwatch,
        exclusion: {
          ...world.exclusion,
          renew(holding, bytes) {
            looks += 1;
            return world.exclusion.renew(holding, bytes);
          },
        },
      },
    );
    expect(await runBackup(order, never, frame)).toEqual({ outcome: 'completed' });
  });

  it('may finish after the worker was asked to stop, within its time', async () => {
    const order = await world.admitted();
    const shutdown = new AbortController();
    const frame = world.frameFor(async (job) => {
      shutdown.abort();
      world.clock.tick(9_000);
      await world.watched();
      return takeSmallObject(job);
    });
    expect(await runBackup(order, shutdown.signal, frame)).toEqual({ outcome: 'completed' });
  });

  it('is given back when the worker stops before it is done', async () => {
    const order = await world.admitted();
    const shutdown = new AbortController();
    const frame = world.frameFor(async (job) => {
      shutdown.abort();
      await world.watched();
      world.clock.tick(10_000);
      await aborted(job.signal);
      throw new Error('stopped');
    });
    expect(await runBackup(order, shutdown.signal, frame)).toEqual({ outcome: 'interrupted' });
    expect((await allEvents(world.events)).at(-1)).toMatchObject({
      kind: 'failed',
      interrupted: true,
      error: { code: 'backup-interrupted' },
    });
  });

  it('gives up its lock although its taker does not end, and says that the process must', async () => {
    const order = await world.admitted({ timeoutMs: 1 });
    let hung = 0;
    const frame = world.frameFor(
      () => {
        world.clock.tick(1);
        return new Promise(() => undefined);
      },
      {
        onHung() {
          hung += 1;
        },
      },
    );
    await expect(runBackup(order, never, frame)).rejects.toMatchObject({ code: 'backup-timed-out' });
    expect(hung).toBe(1);
    expect(await world.exclusion.admissions()).toEqual([]);
  });
});
