import { Redis, type RedisOptions } from 'ioredis';
import { CodedError } from '../errors/coded-error.ts';
import { redisUrlProblem, sentinelMaster, type SentinelMaster } from './redis-url.ts';

type Options = Omit<RedisOptions, 'replyMapping'>;

/**
 * ms that a request may wait for any byte: the connection to a host that died without a word is given up, and made anew.
 * Longer than a blocking command waits (BullMQ's: ten seconds at most).
 */
const silenceLimit = 15_000;

/**
 * A connection to the Redis of a URL: `redis://…`, `rediss://…` with TLS, or the master that Sentinels name:
 * `redis-sentinel://[user:password@]host[:26379][,host…][/database]?sentinelMasterId=<name>[&sentinelPassword=…]`,
 * `rediss-sentinel://` with TLS to all of them. Throws `configuration-invalid`, without quoting the URL.
 */
export function redisAt(url: string, options: Options): Redis {
  const problem = redisUrlProblem(url);
  if (problem !== undefined) throw new CodedError('configuration-invalid', `redis.url: ${problem}`);
  // A master that has become a replica refuses to write: whoever is master now is found by connecting again.
  const reconnectOnError = (error: Error) => (error.message.startsWith('READONLY') ? 2 : false);
  const shared = { reconnectOnError, socketTimeout: silenceLimit, ...options };
  const master = sentinelMaster(url);
  return master === undefined ? new Redis(url, shared) : new Redis({ ...shared, ...behindSentinels(master) });
}

function behindSentinels(master: SentinelMaster): Options {
  const { name, sentinels, username, password, sentinelPassword, tls, database } = master;
  return {
    name,
    sentinels,
    ...(username !== '' && { username }),
    ...(password !== undefined && { password }),
    ...(sentinelPassword !== null && { sentinelPassword }),
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    db: database,
  };
}
