import type { Redis } from 'ioredis';
import { z } from 'zod';
import { instant } from '../../model/backup-order.ts';
import { workerKind } from '../../model/worker-kind.ts';
import type { Heartbeats, WorkerHeartbeat } from './port.ts';

export interface RedisHeartbeatsOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** How long a worker counts as alive after a beat, in ms. */
  readonly ttlMs?: number;
}

const heartbeat = z.object({
  type: workerKind,
  host: z.string(),
  pid: z.int(),
  startedAt: instant,
  version: z.string(),
  busyWith: z.object({ backupId: z.string(), attempt: z.int(), since: instant, bytes: z.int() }).nullable(),
});

/** One key for each worker, `<prefix>:worker:<type>:<host>:<pid>`, and `<prefix>:workers`, the set of those keys. */
export function createRedisHeartbeats(options: RedisHeartbeatsOptions): Heartbeats {
  const { redis, prefix, ttlMs = 15_000 } = options;
  const index = `${prefix}:workers`;
  const keyOf = ({ type, host, pid }: Pick<WorkerHeartbeat, 'type' | 'host' | 'pid'>) =>
    `${prefix}:worker:${type}:${host}:${pid}`;

  return {
    aliveForMs: ttlMs,
    async beat(beaten) {
      const key = keyOf(beaten);
      await redis.multi().set(key, JSON.stringify(beaten), 'PX', ttlMs).sadd(index, key).exec();
    },
    async forget(worker) {
      const key = keyOf(worker);
      await redis.multi().del(key).srem(index, key).exec();
    },
    async readHeartbeats() {
      const keys = (await redis.smembers(index)).toSorted();
      if (keys.length === 0) return [];
      const values = await redis.mget(keys);
      const gone = keys.filter((_, position) => values[position] === null);
      // A worker whose key runs out between these steps and who beats again joins the set again by that beat.
      if (gone.length > 0) await redis.srem(index, gone);
      return values.flatMap((value) => (value === null ? [] : [heartbeat.parse(JSON.parse(value))]));
    },
  };
}
