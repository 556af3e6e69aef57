import { hostname } from 'node:os';
import type { Configuration } from '../config/configuration.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { WorkerKind } from '../model/worker-kind.ts';
import { createRedisHeartbeats } from '../stores/heartbeats/redis.ts';
import type { WorkerHeartbeat } from '../stores/heartbeats/port.ts';
import { askRedisOnce } from './wiring/ask-redis-once.ts';

/**
 * The newest sign of life of this host's worker of a kind. Throws `worker-silent` where there is none,
 * `redis-unavailable`.
 */
export async function workerHealth(
  kind: WorkerKind,
  { redis: { url, prefix } }: Pick<Configuration, 'redis'>,
): Promise<WorkerHeartbeat> {
  const alive = await askRedisOnce(url, (redis) => createRedisHeartbeats({ redis, prefix }).readHeartbeats());
  const host = hostname();
  const own = alive.find((worker) => worker.type === kind && worker.host === host);
  if (own !== undefined) return own;
  throw new CodedError(
    'worker-silent',
    `no ${kind} worker of this host (${host}) has given a sign of life for 15 seconds`,
    { facts: { worker: kind, host } },
  );
}
