/** The master that Sentinels name, as its URL says. */
export interface SentinelMaster {
  readonly name: string;
  readonly sentinels: { host: string; port: number }[];
  readonly tls: boolean;
  readonly username: string;
  readonly password: string | undefined;
  readonly sentinelPassword: string | null;
  readonly database: number;
}

/** How the URL of a master behind Sentinels reads, as Lettuce and others write it. */
const sentinelUrl = /^(rediss?)-sentinel:\/\/(?:([^@/]*)@)?([^@/?]+)(?:\/(\d*))?\?(.+)$/;
const sentinelPort = 26_379;
const encoded = 'what is special in a user or password as %XX';

/** What is wrong with the URL of a Redis (`must …`), without quoting it: it may hold a password. */
export function redisUrlProblem(url: string): string | undefined {
  if (!/^rediss?(-sentinel)?:\/\/./.test(url)) {
    return 'must be a redis://, rediss://, redis-sentinel:// or rediss-sentinel:// URL';
  }
  if (namesSentinels(url)) {
    return sentinelMaster(url) === undefined
      ? `must read redis-sentinel://host:26379,host:26379/0?sentinelMasterId=<name of the master>, ${encoded}`
      : undefined;
  }
  return isPlain(url) ? undefined : `must read redis://user:password@host:6379/0, ${encoded}`;
}

function namesSentinels(url: string): boolean {
  return url.includes('-sentinel://');
}

function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password, pathname } = new URL(url);
  return [username, password].every((text) => decoded(text) !== undefined) && /^\/?\d*\/?$/.test(pathname);
}

/** Undefined for a URL that does not say all of it. */
export function sentinelMaster(url: string): SentinelMaster | undefined {
  const [, scheme, login = '', hosts = '', database = '', query = ''] = sentinelUrl.exec(url) ?? [];
  const asked = new URLSearchParams(query);
  const name = asked.get('sentinelMasterId') ?? '';
  const sentinels = hosts.split(',').flatMap((host) => addressOf(host) ?? []);
  const credentials = login.split(':').flatMap((text) => decoded(text) ?? []);
  if (name === '' || sentinels.length < hosts.split(',').length) return undefined;
  if (credentials.length < login.split(':').length) return undefined;
  const [username = '', password] = credentials;
  return {
    ...{ name, sentinels, username, password, tls: scheme === 'rediss' },
    ...{ sentinelPassword: asked.get('sentinelPassword'), database: Number(database) },
  };
}

function addressOf(text: string): { host: string; port: number } | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? sentinelPort : Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
