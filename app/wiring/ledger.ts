import type { Configuration } from '../../config/configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import type { Log } from '../../engine/log.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { connectRedis } from '../../stores/redis-connection.ts';

/**
 * The ledger of the configuration; it connects when it is first asked, so that a dead one holds up nobody's start. Throws
 * `configuration-invalid` for TigerBeetle without addresses, or a cluster id that is no number.
 */
export async function openLedger(
  { ledger, redis }: Pick<Configuration, 'ledger' | 'redis'>,
  log: Log,
): Promise<Ledger> {
  if (ledger.kind === 'redis') return redisLedger(redis, log);
  const { addresses, clusterId } = clusterOf(ledger);
  // Native code, loaded where it is used alone.
  const { createTigerbeetleLedger } = await import('../../stores/ledger/tigerbeetle.ts');
  return createTigerbeetleLedger({ clusterId, addresses });
}

/** Throws `configuration-invalid` for a ledger that cannot be opened. */
export function requireLedger({ ledger }: Pick<Configuration, 'ledger'>): void {
  if (ledger.kind === 'tigerbeetle') clusterOf(ledger);
}

function clusterOf({ addresses: listed, clusterId }: Configuration['ledger']) {
  const addresses = (listed ?? '').split(',').flatMap((address) => address.trim() || []);
  if (addresses.length === 0) {
    throw invalid(
      'ledger.kind is tigerbeetle and ledger.addresses is empty; set it to host:port of each replica',
    );
  }
  if (!/^\d{1,39}$/.test(clusterId)) {
    throw invalid(`ledger.clusterId is a decimal number, not "${clusterId}"`);
  }
  return { addresses, clusterId: BigInt(clusterId) };
}

/** On a connection of its own: what waits there for a dead Redis is in nobody's way. */
function redisLedger({ url, prefix }: Configuration['redis'], log: Log): Ledger {
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
