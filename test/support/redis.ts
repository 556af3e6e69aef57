import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { Redis } from 'ioredis';

/** URL of the Redis that the run started. */
export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('run the tests through bin/test: it starts Redis');
  return url;
}

/** A connection and a key prefix for one test file; its keys are removed and the connection closed at the end. */
export function testRedis(): { readonly url: string; readonly prefix: string; readonly redis: Redis } {
  const url = testRedisUrl();
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  afterAll(async () => {
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.unlink(keys);
    await redis.quit();
  });
  return { url, prefix, redis };
}
