import { Redis } from 'ioredis';

/**
 * A connection that survives a restart of Redis: commands wait and are sent again. `blocking` ones (BullMQ workers,
 * stream readers) never give up on a request.
 */
export function connectRedis(url: string, options: { readonly blocking?: boolean } = {}): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: options.blocking === true ? null : 20,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2000),
    enableReadyCheck: true,
  });
}
