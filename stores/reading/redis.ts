import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisScript } from '../redis-script.ts';
import type { ReadLeases } from './port.ts';

/** KEYS: lease. ARGV: holder, duration in ms. Answers whose it is now. */
const takeScript = `
local current = redis.call('GET', KEYS[1])
if current and current ~= ARGV[1] then return current end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
`;

/** KEYS: lease. ARGV: holder. */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/** One key for each lease, `<prefix>:reading:<name>`. */
export function createRedisReadLeases(options: {
  readonly redis: Redis;
  readonly prefix: string;
}): ReadLeases {
  const { redis } = options;
  const root = `${options.prefix}:reading:`;
  const take = redisScript(redis, takeScript);
  const release = redisScript(redis, releaseScript);
  return {
    async take(name, holder, ttlMs) {
      return z.string().parse(await take([root + name], [holder, ttlMs]));
    },
    async release(name, holder) {
      await release([root + name], [holder]);
    },
    async held(prefix) {
      const names = new Set<string>();
      const pattern = `${(root + prefix).replaceAll(/[*?[\]\\]/g, '\\$&')}*`;
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
        for (const key of keys) names.add(key.slice(root.length));
        cursor = next;
      } while (cursor !== '0');
      return [...names].toSorted();
    },
  };
}
