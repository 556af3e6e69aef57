import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { CodedError } from '../../errors/coded-error.ts';
import { endServer } from './end-server.ts';
import { freePort } from './free-port.ts';
import { findLeftRedis, type LeftRedis, notePort, pidFile } from './left-redis.ts';

/** From version 7.2 on Redis ends at once where `LANG` names a locale that the system lacks. */
export const redisEnvironment = { ...process.env, LC_ALL: 'C' };

export interface PrivateRedis {
  readonly url: string;
  /** The one that served the folder already; `stop` leaves it running. */
  readonly left?: LeftRedis;
  stop(): Promise<void>;
}

/**
 * A redis-server of our own on loopback: append-only file, no eviction, data in `folder`. Ends with this process when
 * `stop` is called; not restarted here, the scheduler waits for it as it would for any Redis. Throws `already-started`
 * where another one writes the folder and does not answer.
 */
export async function startPrivateRedis(folder: string, wantedPort: number): Promise<PrivateRedis> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const left = await findLeftRedis(folder);
  if (left !== undefined) return { url: left.url, left, stop: () => Promise.resolve() };
  const port = await freePort(wantedPort);
  await notePort(folder, port);
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    logfile: 'redis.log',
    pidfile: pidFile(folder),
  };
  const child = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    // A process group of its own: Ctrl-C reaches the scheduler alone, which needs Redis to stop in order.
    { stdio: 'ignore', detached: true, env: redisEnvironment },
  );
  const url = `redis://127.0.0.1:${port}`;
  await Promise.race([answering(url), failed(child, folder)]);
  return { url, stop: () => endServer(child) };
}

async function answering(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  await redis.ping();
  redis.disconnect();
}

function failed(child: ChildProcess, folder: string): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (cause) => {
      const advice = 'install it (apt-get install redis-server, brew install redis), or set REDIS_URL';
      reject(new CodedError('redis-unavailable', `redis-server could not be started: ${advice}`, { cause }));
    });
    child.once('exit', (code) => {
      const where = `see ${folder}/redis.log`;
      reject(new CodedError('redis-unavailable', `redis-server ended with code ${code ?? 'none'}: ${where}`));
    });
  });
}
