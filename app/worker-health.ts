import { hostname } from 'node:os';
import type { Configuration } from '../config/configuration.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { BackupType } from '../model/backup-kind.ts';
import { createRedisHeartbeats } from '../stores/heartbeats/redis.ts';
import type { WorkerHeartbeat } from '../stores/heartbeats/port.ts';
import { connectRedis } from '../stores/redis-connection.ts';

/** The newest sign of life of this host's worker of a type. Throws `worker-silent` where there is none. */
export async function workerHealth(
  type: BackupType,
  { redis: { url, prefix } }: Pick<Configuration, 'redis'>,
): Promise<WorkerHeartbeat> {
  const redis = connectRedis(url);
  redis.on('error', () => undefined);
  try {
    const alive = await createRedisHeartbeats({ redis, prefix }).readHeartbeats();
    const host = hostname();
    const own = alive.find((worker) => worker.type === type && worker.host === host);
    if (own !== undefined) return own;
    throw new CodedError(
      'worker-silent',
      `no ${type} worker of this host (${host}) has given a sign of life for 15 seconds`,
      { facts: { backupType: type, host } },
    );
  } finally {
    redis.disconnect();
  }
}
