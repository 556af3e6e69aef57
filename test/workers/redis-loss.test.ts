import { afterEach, describe, expect, it } from '@jest/globals';
import { anOrder } from '../support/orders.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { scratchFolders } from '../support/scratch.ts';
import { workerSites } from '../support/worker-site.ts';

const siteOf = workerSites(scratchFolders());
let server: RedisServer | undefined;
// After the sites' own hooks: what is connected is closed first.
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('a backup whose Redis', () => {
  it('lost everything publishes nothing, and its worker takes the next, with a higher token', async () => {
    server = await startRedisServer();
    const here = await siteOf({ url: server.url, prefix: 'p' });
    const order = anOrder('duckdb-full');
    const worker = await here.worker();
    await here.dispatch(order);
    await here.running(order);
    const before = await here.event(order, 'started');
    await here.redis.flushall();
    await here.logged([worker], 'nothing published');
    expect(await here.manifests()).toEqual([]);
    expect(await here.kinds()).toEqual([]);

    await here.goOn();
    const next = { ...order, attempt: 2 };
    await here.dispatch(next);
    const completed = await here.event(next, 'completed');
    if (before.kind !== 'started' || completed.kind !== 'completed') throw new Error('another event');
    expect(completed.fencingToken).toBeGreaterThan(before.fencingToken);
  });

  it('is started again goes on and completes', async () => {
    server = await startRedisServer();
    const here = await siteOf({
      url: server.url,
      prefix: 'p',
      limits: { lockDurationMs: 15_000, renewEveryMs: 300 },
    });
    const order = anOrder('duckdb-full');
    await here.worker();
    await here.dispatch(order);
    await here.running(order);
    await server.restart();
    await here.goOn();
    await here.event(order, 'completed');
    expect(await here.exclusion.admissions()).toEqual([]);
    expect(await here.kinds()).toEqual(['duckdb.1.requested', 'duckdb.1.started', 'duckdb.1.completed']);
  });
});
