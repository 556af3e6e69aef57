import { askRedisOnce } from '../wiring/ask-redis-once.ts';
import { requireSafeRedis } from '../wiring/require-safe-redis.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';

/** Redis answers, does not evict (fail), appends to a file (warn). */
export function checkRedis(url: string): Promise<Diagnosis> {
  const check = 'redis';
  return diagnose(
    check,
    async () => {
      const [found] = await warningsOf(url);
      if (found === undefined) return well(check, 'answers, keeps an append-only file and evicts nothing');
      return { check, state: 'warn', found, advice: 'run it with appendonly yes' };
    },
    'start it, set redis.url, and run it with maxmemory-policy noeviction',
  );
}

function warningsOf(url: string): Promise<string[]> {
  return askRedisOnce(url, async (redis) => {
    const warnings: string[] = [];
    const warn = (_fields: unknown, message: string): void => void warnings.push(message);
    await requireSafeRedis(redis, { info: warn, warn, error: warn });
    return warnings;
  });
}
