import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { redisScript } from '../redis-script.ts';
import type { Lease } from './port.ts';

export interface RedisLeaseOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** Who this is, for people: `host:pid`. */
  readonly holder: string;
  /** How long it is held without being extended, in ms. */
  readonly ttlMs?: number;
}

/** KEYS: leader. ARGV: the token held so far or '', a new token, duration in ms. Answers the token now held, or nil. */
const holdScript = `
local current = redis.call('GET', KEYS[1])
if not current then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return ARGV[2]
end
if current == ARGV[1] or current == ARGV[2] then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return current
end
return nil
`;

/** KEYS: leader. ARGV: the token to give up. */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

const holdReply = z.string().nullable();

/**
 * The lease at `<prefix>:leader`. Each time it is taken anew it has a new token, so what was decided under a lease that
 * was lost in between is refused.
 */
export function createRedisLease({ redis, prefix, holder, ttlMs = 15_000 }: RedisLeaseOptions): Lease {
  const key = `${prefix}:leader`;
  const hold = redisScript(redis, holdScript);
  const release = redisScript(redis, releaseScript);
  const newToken = () => `${holder}/${randomUUID()}`;
  let token: string | undefined;
  let next = newToken();

  return {
    async hold() {
      const offered = next;
      const held = holdReply.parse(await hold([key], [token ?? '', offered, ttlMs])) ?? undefined;
      if (held === offered && next === offered) next = newToken();
      token = held;
      return held;
    },
    async holder() {
      const current = await redis.get(key);
      return current?.slice(0, current.lastIndexOf('/'));
    },
    async release() {
      if (token === undefined) return;
      const given = token;
      token = undefined;
      await release([key], [given]);
    },
  };
}
