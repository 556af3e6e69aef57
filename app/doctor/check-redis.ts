import { redisAt } from '../../engine/redis-address.ts';
import { CodedError, errorText } from '../../errors/coded-error.ts';
import { requireSafeRedis } from '../wiring/require-safe-redis.ts';
import { type Diagnosis, diagnose, well } from './diagnosis.ts';

const patienceMs = 3000;

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

/** Asked once: a connection that is tried again and again would keep whoever asks waiting. */
async function warningsOf(url: string): Promise<string[]> {
  const redis = redisAt(url, {
    ...{ lazyConnect: true, connectTimeout: patienceMs, commandTimeout: patienceMs },
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  let reason: unknown;
  redis.on('error', (error: Error) => {
    reason = error;
  });
  const warnings: string[] = [];
  const warn = (_fields: unknown, message: string): void => void warnings.push(message);
  try {
    await redis.connect();
    await requireSafeRedis(redis, { info: warn, warn, error: warn });
    return warnings;
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
