import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisEventStream } from '../../../stores/events/redis.ts';
import type { EventStream } from '../../../stores/events/port.ts';
import type { Restores } from '../../../stores/restores/port.ts';
import { createRedisRestores } from '../../../stores/restores/redis.ts';
import { testRedis } from '../../support/redis.ts';
import { restoreCompleted, restoreFailed, testRestore } from '../../support/restore-events.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const { redis, prefix: own } = testRedis();
const order = testRestore(1, { tables: [], tenant: { id: 't', column: 'c' } });
let tests = 0;

describe('restores in Redis', () => {
  let restores: Restores;
  let stream: EventStream;
  let prefix: string;
  beforeEach(() => {
    prefix = `${own}-${(tests += 1)}`;
    restores = createRedisRestores({ redis, prefix, lifeMs: 60_000, clock: new SettableClock() });
    stream = createRedisEventStream({ redis, reader: redis, prefix });
  });
  const silence = () => redis.del(`${prefix}:restore:${order.restoreId}`);
  const kinds = async () => {
    const onInvalid = (cursor: string, raw: string): never => {
      throw new Error(`invalid event at ${cursor}: ${raw}`);
    };
    const read = { after: undefined, count: 9, waitMs: 0, onInvalid };
    return (await stream.read(read)).map(({ event }) => event.kind);
  };

  it('go from queued to running, once, and end with their event', async () => {
    await restores.admit(order);
    await restores.admit(order);
    expect(await restores.open()).toMatchObject([{ order, state: 'queued', alive: false }]);
    const startTime = await restores.begin(order, 'here:1');
    expect(await restores.begin(order, 'here:2')).toBeUndefined();
    const progress = { done: 12, total: 2 ** 52, unit: 'bytes' } as const;
    expect(await restores.renew(order.restoreId, 'here:1', progress)).toBe(true);
    expect(await restores.renew(order.restoreId, 'here:2', null)).toBe(false);
    expect(await restores.open()).toEqual([
      { order, state: 'running', startTime, worker: 'here:1', progress, alive: true },
    ]);
    await restores.finish(restoreCompleted(order));
    expect(await restores.open()).toEqual([]);
    expect(await restores.renew(order.restoreId, 'here:1', null)).toBe(false);
    expect(await kinds()).toEqual(['restore-requested', 'restore-started', 'restore-completed']);
  });

  it('are ended by another only when their worker is silent', async () => {
    await restores.admit(order);
    await restores.begin(order, 'here:1');
    expect(await restores.close(restoreFailed(order))).toBe(false);
    await silence();
    expect(await restores.open()).toMatchObject([{ state: 'running', alive: false }]);
    expect(await restores.close(restoreFailed(order))).toBe(true);
    expect(await restores.close(restoreFailed(order))).toBe(false);
    expect(await kinds()).toEqual(['restore-requested', 'restore-started', 'restore-failed']);
  });
});
