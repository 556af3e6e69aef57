import { describe, expect, it } from '@jest/globals';
import { anOrder } from '../support/orders.ts';
import { testRedis } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';
import { workerSites } from '../support/worker-site.ts';

const { url, prefix: filePrefix } = testRedis();
const siteOf = workerSites(scratchFolders());
let made = 0;
const limits = { lockDurationMs: 1_500, renewEveryMs: 300, finishWithinMs: 300, endWithinMs: 500 };
const site = (changes: Partial<typeof limits & { stallMs: number }> = {}) =>
  siteOf({ url, prefix: `${filePrefix}-${(made += 1)}`, limits: { ...limits, ...changes } });

describe('a worker process that is asked to stop', () => {
  it('gives back what it cannot finish in time, and ends cleanly', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    await here.dispatch(order);
    await here.running(order);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await here.event(order, 'failed')).toMatchObject({
      interrupted: true,
      error: { code: 'backup-interrupted' },
    });
    expect(await here.exclusion.admissions()).toEqual([]);
    expect(await here.scratchLeft()).toEqual([]);
    expect(await here.heartbeats.readHeartbeats()).toEqual([]);
    expect(await here.manifests()).toEqual([]);
  });

  it('finishes what it can finish in time', async () => {
    const here = await site({ finishWithinMs: 20_000 });
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    await here.dispatch(order);
    await here.running(order);
    worker.signal('SIGTERM');
    await here.goOn();
    expect(await worker.ended).toBe(0);
    await here.event(order, 'completed');
  });

  it('takes nothing more', async () => {
    const here = await site({ finishWithinMs: 20_000 });
    const [first, second] = [anOrder('duckdb-full'), anOrder('duckdb-full')];
    const worker = await here.worker();
    await here.dispatch(first);
    await here.running(first);
    worker.signal('SIGTERM');
    await here.goOn();
    await here.event(first, 'completed');
    await here.dispatch(second);
    expect(await worker.ended).toBe(0);
    expect(await here.exclusion.admissions()).toMatchObject([{ order: second, state: 'dispatched' }]);
    expect(await here.deliveries.alive(second)).toBe(true);
  });

  it('ends although its taker does not, and the lock is given up', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    const worker = await here.worker({ mode: 'deaf' });
    await here.dispatch(order);
    await here.running(order);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(70);
    expect(await here.event(order, 'failed')).toMatchObject({ interrupted: true });
    expect(await here.exclusion.admissions()).toEqual([]);
  });
});

describe('a backup in a worker process', () => {
  it('fails when no byte comes, and the worker takes the next', async () => {
    const here = await site({ stallMs: 1_000 });
    const order = anOrder('duckdb-full');
    await here.worker({ mode: 'silent' });
    await here.dispatch(order);
    expect(await here.event(order, 'failed')).toMatchObject({ error: { code: 'backup-stalled' } });
    await here.goOn();
    const next = { ...order, attempt: 2 };
    await here.dispatch(next);
    await here.event(next, 'completed');
  });

  it('fails when it takes longer than it may', async () => {
    const here = await site();
    const order = anOrder('duckdb-full', { timeoutMs: 800 });
    await here.worker();
    await here.dispatch(order);
    expect(await here.event(order, 'failed')).toMatchObject({ error: { code: 'backup-timed-out' } });
    expect(await here.manifests()).toEqual([]);
  });

  it('shows in the heartbeat what the worker is busy with', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    expect(await here.heartbeats.readHeartbeats()).toMatchObject([
      { type: 'duckdb', pid: worker.pid, version: '1.0.0', busyWith: null },
    ]);
    await here.dispatch(order);
    await here.busy(order);
    await here.goOn();
    await here.event(order, 'completed');
  });

  it('is taken once although its message comes to two workers', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    const workers = [await here.worker(), await here.worker()];
    await here.dispatch(order);
    await here.deliverTwice(order);
    await here.running(order);
    await here.logged(workers, 'message dropped');
    await here.goOn();
    await here.event(order, 'completed');
    expect(await here.kinds()).toEqual(['duckdb.1.requested', 'duckdb.1.started', 'duckdb.1.completed']);
  });

  it('asks for a check of the schedules when it has ended', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    await here.goOn();
    await here.worker();
    await here.dispatch(order);
    await here.checkRequested();
    await here.event(order, 'completed');
  });
});
