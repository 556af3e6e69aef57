import type { Configuration } from '../../config/configuration.ts';
import type { Log } from '../../engine/log.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { clusterLedger, redisLedger, sourcePrefix } from '../wiring/ledger.ts';

/** Where a ledger is restored into. */
export interface LedgerTarget {
  readonly ledger: Ledger;
  /** Its address without secrets. */
  readonly name: string;
}

/**
 * A TigerBeetle cluster (`host:port`, by commas), or a ledger in Redis: `redis://host:port[/database][/prefix]`, or
 * `rediss://`. Without a prefix it is the one under which the ledger of a source of kind redis is kept. Throws
 * `invalid-request`.
 */
export async function openLedgerTarget(
  { to, clusterId }: { readonly to: string; readonly clusterId: string },
  { redis }: Pick<Configuration, 'redis'>,
  log: Log,
): Promise<LedgerTarget> {
  if (!/^\d{1,39}$/.test(clusterId)) throw refused(`the cluster id "${clusterId}" is no decimal number`);
  if (to.includes('://')) return redisTarget(to, redis, log);
  if (to.split(',').every((address) => address.trim() === '')) throw refused('--to names no address');
  return { ledger: await clusterLedger('--to', { addresses: to, clusterId }), name: to };
}

function redisTarget(to: string, redis: Configuration['redis'], log: Log): LedgerTarget {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  const parts = pathParts.exec(url?.pathname ?? '');
  if (url === undefined || parts === null || !/^rediss?:$/.test(url.protocol) || url.search !== '') {
    throw refused('--to is no address of a ledger');
  }
  const [, database = '', prefix = sourcePrefix(redis)] = parts;
  url.pathname = database;
  const ledger = redisLedger({ url: url.href, prefix }, log);
  return { ledger, name: `${url.protocol}//${url.host}/${database === '' ? '' : `${database}/`}${prefix}` };
}

/** A database has a number, a prefix anything but that. */
const pathParts = /^(?:\/(\d+))?(?:\/([A-Za-z0-9._:-]{1,80}))?\/?$/;

function refused(why: string): CodedError {
  return new CodedError(
    'invalid-request',
    `${why}; give host:port of each replica, by commas, or redis://host:port/prefix`,
  );
}
