import type { Redis } from 'ioredis';
import type { Log } from '../../engine/log.ts';
import { connectRedis } from '../../stores/redis-connection.ts';

/** One connection for commands, one for reads that wait. */
export interface RedisConnections {
  readonly redis: Redis;
  readonly reader: Redis;
  close(): void;
}

export function openRedis(url: string, log: Log): RedisConnections {
  const redis = connectRedis(url);
  const reader = connectRedis(url, { blocking: true });
  for (const connection of [redis, reader]) {
    connection.on('error', (error: Error) => {
      log.warn({ error: error.message }, 'Redis cannot be reached');
    });
  }
  return {
    redis,
    reader,
    close() {
      redis.disconnect();
      reader.disconnect();
    },
  };
}
