import { describe, expect, it } from '@jest/globals';
import { Queue as BullQueue } from 'bullmq';
import { timer, type Tick } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { route } from '../../engine/route.ts';
import { testRedis } from '../support/redis.ts';
import { routeStarter } from '../support/run-routes.ts';
import { until } from '../support/until.ts';

const connection = testRedis();
const { prefix, redis } = connection;
const start = routeStarter(connection);
const once = errorPolicy('once', { attempts: 1 });

/** Cuts the connections of the routes of this file, as a restart of Redis does. */
async function disconnectAll(): Promise<void> {
  const clients = String(await redis.client('LIST')).split('\n');
  for (const client of clients.filter((line) => line.includes(` name=${prefix} `))) {
    await redis.client('KILL', 'ID', Number(/id=(\d+)/.exec(client)?.[1]));
  }
}

describe('a timer', () => {
  it('ticks, is armed once however often it is started, and again after Redis has lost it', async () => {
    const ticking = timer('ticking', { every: 3_600_000 });
    const ticks: Exchange<Tick>[] = [];
    function count(exchange: Exchange<Tick>) {
      ticks.push(exchange);
    }
    const routes = [route('count', once).from(ticking).process(count)];
    await start(routes, { [ticking.name]: 100 });
    await until('two ticks came', () => ticks.length >= 2);
    const [first, second] = ticks.map(({ scheduledFor }) => Date.parse(scheduledFor));
    expect(second).toBeGreaterThan(first ?? Infinity);
    await start(routes, { [ticking.name]: 100 });
    const inspected = new BullQueue(ticking.name, { connection: redis, prefix });
    expect(await inspected.getJobSchedulersCount()).toBe(1);
    expect(await inspected.getDelayedCount()).toBeLessThanOrEqual(1);

    await inspected.obliterate({ force: true });
    await disconnectAll();
    const before = ticks.length;
    await until('it ticks again', () => ticks.length > before + 1);
    await inspected.close();
  });
});
