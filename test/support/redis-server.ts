import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { redisEnvironment } from '../../app/quickstart/private-redis.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Stops and starts it again on the same port with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** As kill -9 does; `stop` tidies up afterwards. */
  kill(): Promise<void>;
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A redis-server of our own, with AOF and noeviction, in a folder of its own. `settings` are further arguments. */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const start = (): Promise<ChildProcess> => launch(url, ['--port', String(port), '--dir', dir, ...settings]);
  let child = await start();
  return {
    url,
    port,
    async restart() {
      await end(child);
      child = await start();
    },
    async kill() {
      await end(child, 'SIGKILL');
    },
    async stop() {
      await end(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(url: string, settings: readonly string[]): Promise<ChildProcess> {
  const child = spawn(
    'redis-server',
    [
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'yes',
      '--maxmemory-policy',
      'noeviction',
      ...settings,
    ],
    { stdio: 'ignore', env: redisEnvironment },
  );
  const failed = once(child, 'error').then(([error]) => {
    throw new Error('redis-server is not installed: apt-get install redis-server, or brew install redis', {
      cause: error,
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`redis-server ended with code ${code}`);
  });
  // Later it ends when it is told to.
  ended.catch(() => undefined);
  await Promise.race([answers(url), failed, ended]);
  return child;
}

async function answers(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => undefined);
  await redis.ping();
  redis.disconnect();
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
