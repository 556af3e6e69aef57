import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Runs a Lua script as one atomic step. Every key it touches is in `keys`. */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** A script that is sent by its digest, and whole again when Redis has forgotten it (restart, SCRIPT FLUSH). */
export function redisScript(redis: Redis, source: string): RedisScript {
  const digest = createHash('sha1').update(source).digest('hex');
  return async (keys, args) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.eval(source, keys.length, ...keys, ...args);
    }
  };
}
