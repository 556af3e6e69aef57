import { Redis, type RedisOptions } from 'ioredis';

import { CodedError } from '../errors/coded-error.ts';

type Options = Omit<RedisOptions, 'replyMapping'>;

/** How the URL of a master behind Sentinels reads, as Lettuce and others write it. */
const sentinelUrl = /^(rediss?)-sentinel:\/\/(?:([^@/]*)@)?([^@/?]+)(?:\/(\d*))?\?(.+)$/;
const sentinelPort = 26_379;

/**
 * A connection to the Redis of a URL: `redis://…`, `rediss://…` with TLS, or the master that Sentinels name:
 * `redis-sentinel://[user:password@]host[:26379][,host…][/database]?sentinelMasterId=<name>[&sentinelPassword=…]`,
 * `rediss-sentinel://` with TLS to all of them. Throws `configuration-invalid`, without quoting the URL.
 */
export function redisAt(url: string, options: Options): Redis {
  // A master that has become a replica refuses to write: whoever is master now is found by connecting again.
  const reconnectOnError = (error: Error) => (error.message.startsWith('READONLY') ? 2 : false);
  const shared = { reconnectOnError, ...options };
  return url.includes('-sentinel://')
    ? new Redis({ ...shared, ...behindSentinels(url) })
    : new Redis(url, shared);
}

function behindSentinels(url: string): Options {
  const [, scheme, login, hosts = '', database = '', query = ''] = sentinelUrl.exec(url) ?? [];
  const name = new URLSearchParams(query).get('sentinelMasterId');
  if (name === null || name === '') {
    throw new CodedError(
      'configuration-invalid',
      'redis.url must read redis-sentinel://host:26379,host:26379/0?sentinelMasterId=<name of the master>',
    );
  }
  const [username = '', password] = (login ?? '').split(':').map(decodeURIComponent);
  const sentinelPassword = new URLSearchParams(query).get('sentinelPassword');
  const tls = scheme === 'rediss';
  return {
    name,
    sentinels: hosts.split(',').map((host) => addressOf(host)),
    ...(username !== '' && { username }),
    ...(password !== undefined && { password }),
    ...(sentinelPassword !== null && { sentinelPassword }),
    ...(tls && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    db: Number(database),
  };
}

function addressOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw new CodedError('configuration-invalid', `redis.url names a Sentinel that is no host:port: ${text}`);
  }
  return { host, port: port === undefined ? sentinelPort : Number(port) };
}
