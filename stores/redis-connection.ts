import type { Redis } from 'ioredis';
import { redisAt } from '../engine/redis-address.ts';
import { retryStrategy } from '../engine/redis-errors.ts';

/**
 * A connection that survives a restart of Redis: commands wait and are sent again. `blocking` ones (BullMQ workers,
 * stream readers) never give up on a request.
 */
export function connectRedis(url: string, options: { readonly blocking?: boolean } = {}): Redis {
  return redisAt(url, {
    maxRetriesPerRequest: options.blocking === true ? null : 20,
    retryStrategy,
  });
}
