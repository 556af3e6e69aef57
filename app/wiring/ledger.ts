import type { Configuration } from '../../config/configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import type { Log } from '../../engine/log.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { connectRedis } from '../../stores/redis-connection.ts';

type Cluster = Pick<Configuration['ledger'], 'addresses' | 'clusterId'>;

/**
 * The ledger of the configuration; it connects when it is first asked, so that a dead one holds up nobody's start. Throws
 * `configuration-invalid` for TigerBeetle without addresses, or a cluster id that is no number.
 */
export async function openLedger(
  { ledger, redis }: Pick<Configuration, 'ledger' | 'redis'>,
  log: Log,
): Promise<Ledger> {
  return ledger.kind === 'redis' ? redisLedger(redis, log) : clusterLedger('ledger', ledger);
}

/** The ledger that is backed up, as `openLedger` opens the audit trail's. */
export async function openSourceLedger(
  { sources, redis }: Pick<Configuration, 'sources' | 'redis'>,
  log: Log,
): Promise<Ledger> {
  const { tigerbeetle } = sources;
  if (tigerbeetle.kind === 'tigerbeetle') return clusterLedger('sources.tigerbeetle', tigerbeetle);
  return redisLedger({ ...redis, prefix: sourcePrefix(redis) }, log);
}

/** Of a source ledger that is kept in Redis: beside the audit trail, never in it. */
export function sourcePrefix({ prefix }: Pick<Configuration['redis'], 'prefix'>): string {
  return `${prefix}:source`;
}

/** Throws `configuration-invalid` for a cluster that cannot be: of the audit trail, of the source, of restores. */
export function requireLedgers({
  ledger,
  sources,
  restores,
}: Pick<Configuration, 'ledger' | 'sources' | 'restores'>): void {
  if (ledger.kind === 'tigerbeetle') clusterOf('ledger', ledger);
  const source = sources.tigerbeetle;
  if (source.kind === 'tigerbeetle' && source.addresses !== null) clusterOf('sources.tigerbeetle', source);
  if (restores.tigerbeetle.addresses !== null) clusterOf('restores.tigerbeetle', restores.tigerbeetle);
}

/** A TigerBeetle cluster; `key` is what its addresses and id belong to, in errors. */
export async function clusterLedger(key: string, cluster: Cluster): Promise<Ledger> {
  const { addresses, clusterId } = clusterOf(key, cluster);
  // Native code, loaded where it is used alone.
  const { createTigerbeetleLedger } = await import('../../stores/ledger/tigerbeetle.ts');
  return createTigerbeetleLedger({ clusterId, addresses });
}

function clusterOf(key: string, { addresses: listed, clusterId }: Cluster) {
  const addresses = (listed ?? '').split(',').flatMap((address) => address.trim() || []);
  if (addresses.length === 0) {
    throw invalid(`${key}.addresses is empty; set it to host:port of each replica`);
  }
  if (!/^\d{1,39}$/.test(clusterId) || BigInt(clusterId) >= 2n ** 128n) {
    throw invalid(`${key}.clusterId is a decimal number below 2^128, not "${clusterId}"`);
  }
  return { addresses, clusterId: BigInt(clusterId) };
}

/** On a connection of its own: what waits there for a dead Redis is in nobody's way. */
export function redisLedger({ url, prefix }: Configuration['redis'], log: Log): Ledger {
  const redis = connectRedis(url);
  redis.on('error', (error: Error) => {
    log.warn({ error: error.message }, 'the ledger on Redis cannot be reached');
  });
  return {
    ...createRedisLedger({ redis, prefix, clock: systemClock }),
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function invalid(message: string): CodedError {
  return new CodedError('configuration-invalid', message);
}
