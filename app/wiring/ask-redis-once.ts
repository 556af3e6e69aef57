import type { Redis } from 'ioredis';
import { redisAt } from '../../engine/redis-address.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';

const patienceMs = 3000;

/**
 * Asks on a connection of its own that is tried once: one that is tried again and again would keep whoever asks waiting.
 * Throws `redis-unavailable` within seconds when nobody answers.
 */
export async function askRedisOnce<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = redisAt(url, {
    ...{ lazyConnect: true, connectTimeout: patienceMs, commandTimeout: patienceMs },
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  let reason: unknown;
  redis.on('error', (error: Error) => {
    reason = error;
  });
  try {
    await redis.connect();
    return await ask(redis);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('redis-unavailable', `Redis does not answer: ${errorText(reason ?? error)}`, {
      cause: error,
    });
  } finally {
    // One that never was connected would wait for its socket to close.
    if (redis.status !== 'end') redis.disconnect();
  }
}
