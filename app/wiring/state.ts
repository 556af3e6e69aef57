import { hostname } from 'node:os';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import type { Configuration } from '../../config/configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import type { Log } from '../../engine/log.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import { createRedisExclusion } from '../../stores/exclusion/redis.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { createRedisReadLeases } from '../../stores/reading/redis.ts';
import { createRedisRestores } from '../../stores/restores/redis.ts';
import { createRedisLease } from '../../stores/lease/redis.ts';
import { openRedis } from './redis-connections.ts';
import { requireSafeRedis } from './require-safe-redis.ts';
import { openVault } from './vault.ts';

/** What control planes and workers have in common: Redis with all that lies on it, object store, keys and catalog. */
export async function openState(configuration: Configuration, log: Log) {
  const { url, prefix } = configuration.redis;
  const vault = await openVault(configuration);
  const connections = openRedis(url, log);
  const { redis, reader } = connections;
  try {
    await requireSafeRedis(redis, log);
  } catch (error) {
    connections.close();
    throw error;
  }
  return {
    vault,
    redis,
    catalog: createBackupCatalog(vault, log),
    exclusion: createRedisExclusion({
      redis,
      prefix,
      lockScope: configuration.exclusion.scope,
      lockDurationMs: configuration.exclusion.lockDuration,
      clock: systemClock,
    }),
    events: createRedisEventStream({ redis, reader, prefix }),
    heartbeats: createRedisHeartbeats({ redis, prefix }),
    readLeases: createRedisReadLeases({ redis, prefix }),
    restores: createRedisRestores({
      ...{ redis, prefix, clock: systemClock },
      lifeMs: configuration.exclusion.lockDuration,
    }),
    lease: createRedisLease({
      ...{ redis, prefix, holder: `${hostname()}:${process.pid}` },
      ttlMs: configuration.exclusion.leaseDuration,
    }),
    close: () => {
      connections.close();
    },
  };
}
export type State = Awaited<ReturnType<typeof openState>>;
