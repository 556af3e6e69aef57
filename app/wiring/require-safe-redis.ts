import type { Redis } from 'ioredis';
import type { Log } from '../../engine/log.ts';
import { CodedError } from '../../errors/coded-error.ts';

/**
 * Refuses a Redis that evicts keys (`configuration-invalid`): it would drop locks and queued backups when memory runs
 * short. Warns about one that does not append to a file. A server that hides its settings is taken as it is.
 */
export async function requireSafeRedis(redis: Redis, log: Log): Promise<void> {
  const info = await redis.info();
  const value = (name: string): string | undefined => new RegExp(`^${name}:(.*)\r$`, 'm').exec(info)?.[1];
  const policy = value('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    throw new CodedError(
      'configuration-invalid',
      `Redis evicts keys (maxmemory-policy ${policy}): it would lose locks and queued backups. Set maxmemory-policy noeviction`,
    );
  }
  if (value('aof_enabled') === '0') {
    log.warn(
      {},
      'Redis keeps no append-only file: queued backups are lost when it restarts. Set appendonly yes',
    );
  }
}
