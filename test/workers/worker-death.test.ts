import { describe, expect, it } from '@jest/globals';
import { manifestPath } from '../../model/manifest.ts';
import { anOrder } from '../support/orders.ts';
import { testRedis } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';
import { workerSites } from '../support/worker-site.ts';

const { url, prefix: filePrefix } = testRedis();
const siteOf = workerSites(scratchFolders());
let made = 0;
const site = () => siteOf({ url, prefix: `${filePrefix}-${(made += 1)}` });
const soak = process.env['SOAK'] === undefined ? it.skip : it;

describe('a worker process that is killed', () => {
  it('is closed, twice over, and the third attempt completes', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    for (const attempt of [1, 2]) {
      const worker = await here.worker();
      await here.dispatch({ ...order, attempt });
      await here.running({ ...order, attempt });
      worker.signal('SIGKILL');
      expect(await worker.ended).toBe('SIGKILL');
      expect(await here.reaped()).toBeLessThan(10_000);
      expect(await here.event({ ...order, attempt }, 'failed')).toMatchObject({
        error: { code: 'worker-died' },
      });
      expect(await here.exclusion.admissions()).toEqual([]);
    }
    expect(await here.scratchLeft()).toHaveLength(1);
    await here.goOn();
    await here.worker();
    await here.dispatch({ ...order, attempt: 3 });
    await here.event({ ...order, attempt: 3 }, 'completed');
    expect(await here.scratchLeft()).toEqual([]);
    expect(await here.manifests()).toEqual([manifestPath('duckdb', order.backupId)]);
    expect((await here.kinds()).filter((kind) => /completed|failed/.test(kind))).toEqual([
      'duckdb.1.failed',
      'duckdb.2.failed',
      'duckdb.3.completed',
    ]);
  });

  it('is completed from its manifest when that was all that it could write', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    await here.goOn();
    const worker = await here.worker({ mode: 'dies-after-manifest' });
    await here.dispatch(order);
    expect(await worker.ended).toBe('SIGKILL');
    await here.reaped();
    expect(await here.event(order, 'completed')).toMatchObject({ order, plainBytes: 300_000 });
    expect(await here.kinds()).toEqual(['duckdb.1.requested', 'duckdb.1.started', 'duckdb.1.completed']);
  });

  soak('is closed within 60 s with the durations of production', async () => {
    const here = await siteOf({ url, prefix: `${filePrefix}-soak`, limits: {} });
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    await here.dispatch(order);
    await here.running(order);
    worker.signal('SIGKILL');
    expect(await here.reaped()).toBeLessThan(60_000);
    await here.event(order, 'failed');
  });
});

describe('a worker process that is paused beyond its lock', () => {
  it('publishes nothing when it comes back, and goes on to work', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    await here.dispatch(order);
    await here.running(order);
    worker.signal('SIGSTOP');
    await here.reaped();
    await here.goOn();
    worker.signal('SIGCONT');
    const next = { ...order, attempt: 2 };
    await here.dispatch(next);
    await here.event(next, 'completed');
    expect(worker.log()).toContain('nothing published');
    expect(await here.manifests()).toHaveLength(1);
    expect((await here.kinds()).slice(2)).toEqual([
      'duckdb.1.failed',
      'duckdb.2.requested',
      'duckdb.2.started',
      'duckdb.2.completed',
    ]);
  });

  it('publishes nothing although nobody has closed its backup yet', async () => {
    const here = await site();
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    await here.dispatch(order);
    await here.running(order);
    worker.signal('SIGSTOP');
    await here.unheld(order);
    await here.goOn();
    worker.signal('SIGCONT');
    await here.logged([worker], 'nothing published');
    expect(await here.manifests()).toEqual([]);
    expect(await here.kinds()).toEqual(['duckdb.1.requested', 'duckdb.1.started']);
    await here.reaped();
    await here.event(order, 'failed');
  });
});
