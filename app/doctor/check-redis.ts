import { connectRedis } from '../../stores/redis-connection.ts';
import { errorText } from '../../errors/coded-error.ts';
import { requireSafeRedis } from '../wiring/require-safe-redis.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';

const patienceMs = 3000;

/** Redis answers, does not evict (fail), appends to a file (warn). */
export function checkRedis(url: string): Promise<Diagnosis> {
  const check = 'redis';
  return diagnose(
    check,
    async () => {
      const redis = connectRedis(url);
      let lastError = `no answer within ${patienceMs} ms`;
      redis.on('error', (error: Error) => {
        lastError = errorText(error);
      });
      const warnings: string[] = [];
      const warn = (_fields: unknown, message: string): void => void warnings.push(message);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new Error(`Redis does not answer: ${lastError}`));
        }, patienceMs);
      });
      try {
        await Promise.race([requireSafeRedis(redis, { info: warn, warn, error: warn }), late]);
      } finally {
        clearTimeout(timer);
        redis.disconnect();
      }
      const [found] = warnings;
      if (found === undefined) return well(check, 'answers, keeps an append-only file and evicts nothing');
      return { check, state: 'warn', found, advice: 'run it with appendonly yes' };
    },
    'start it, set redis.url, and run it with maxmemory-policy noeviction',
  );
}
