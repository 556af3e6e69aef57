import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../../engine/clock.ts';
import type { RestoreEvent } from '../../model/restore-event.ts';
import { type RestoreOrder, restoreOrder } from '../../model/restore-order.ts';
import { redisScript } from '../redis-script.ts';
import { admitScript, beginScript, endScript, renewScript } from './lua.ts';
import type { Restores } from './port.ts';

export interface RedisRestoresOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** How long a worker counts as alive after a sign of life, ms. */
  readonly lifeMs: number;
  /** Gives the times in events. */
  readonly clock: Clock;
}

const parsed = (text: string): unknown => JSON.parse(text);
const progress = z.object({ done: z.int(), total: z.int(), unit: z.enum(['bytes', 'rows']) });

/** Order and progress are kept as the JSON that was handed in: Lua's would round numbers and turn lists into objects. */
const stored = z.object({
  order: z.string().transform(parsed).pipe(restoreOrder),
  state: z.enum(['queued', 'running']),
  startTime: z.string().optional(),
  worker: z.string().optional(),
  progress: z.string().transform(parsed).pipe(progress).optional(),
});

/** The hash `<prefix>:restores`, and a key `<prefix>:restore:<id>` for each that runs, which runs out with its worker. */
export function createRedisRestores(options: RedisRestoresOptions): Restores {
  const { redis, prefix, lifeMs, clock } = options;
  const key = `${prefix}:restores`;
  const events = `${prefix}:events`;
  const life = (id: string): string => `${prefix}:restore:${id}`;
  const admit = redisScript(redis, admitScript);
  const begin = redisScript(redis, beginScript);
  const renew = redisScript(redis, renewScript);
  const end = redisScript(redis, endScript);
  const now = (): string => new Date(clock.now()).toISOString();

  const ended = async (event: RestoreEvent, how: 'silent' | 'any'): Promise<boolean> => {
    const { restoreId } = event.restore;
    const touched = [key, events, life(restoreId)];
    return (await end(touched, [restoreId, JSON.stringify(event), how])) === 1;
  };
  return {
    async admit(order) {
      const event: RestoreEvent = { kind: 'restore-requested', at: now(), restore: order };
      const state = JSON.stringify({ order: JSON.stringify(order), state: 'queued' });
      await admit([key, events], [order.restoreId, state, JSON.stringify(event)]);
    },
    async begin(order: RestoreOrder, worker) {
      const startTime = now();
      const event: RestoreEvent = {
        kind: 'restore-started',
        at: startTime,
        restore: order,
        startTime,
        worker,
      };
      const args = [order.restoreId, worker, startTime, lifeMs, JSON.stringify(event)];
      const begun = await begin([key, events, life(order.restoreId)], args);
      return begun === 1 ? startTime : undefined;
    },
    async renew(restoreId, worker, made) {
      const args = [restoreId, worker, lifeMs, made === null ? '' : JSON.stringify(made)];
      return (await renew([key, life(restoreId)], args)) === 1;
    },
    async finish(event) {
      await ended(event, 'any');
    },
    close: (event) => ended(event, 'silent'),
    async open() {
      const found = Object.values(await redis.hgetall(key)).map((raw) => stored.parse(JSON.parse(raw)));
      if (found.length === 0) return [];
      const lives = await redis.mget(found.map(({ order }) => life(order.restoreId)));
      return found
        .map(({ startTime = null, worker = null, progress: made = null, ...rest }, index) => ({
          ...{ ...rest, startTime, worker, progress: made },
          alive: lives[index] != null,
        }))
        .sort((one, other) => (one.order.restoreId < other.order.restoreId ? -1 : 1));
    },
  };
}
