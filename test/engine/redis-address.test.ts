import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { systemClock } from '../../engine/clock.ts';
import { queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { redisAt } from '../../engine/redis-address.ts';
import { redisUrlProblem } from '../../engine/redis-url.ts';
import { route } from '../../engine/route.ts';
import { startRoutes } from '../../engine/start-routes.ts';
import { freePort, type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { recordingLog } from '../support/recording-log.ts';
import { scratchFolders } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
// Folders go after what works in them has ended.
const scratch = scratchFolders();

async function server(...settings: string[]): Promise<RedisServer> {
  const started = await startRedisServer(settings);
  ends.push(() => started.stop());
  return started;
}

/** One Sentinel that watches `master`, and promotes its replica half a second after it is gone. */
async function sentinelOf(master: RedisServer): Promise<number> {
  const port = await freePort();
  const file = join(await scratch(), 'sentinel.conf');
  const watched = 'sentinel monitor ledger 127.0.0.1';
  const settings = ['down-after-milliseconds ledger 500', 'failover-timeout ledger 2000'];
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `${watched} ${master.port} 1`,
      ...settings.map((line) => `sentinel ${line}`),
      '',
    ].join('\n'),
  );
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  ends.push(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const asking = redisAt(`redis://127.0.0.1:${port}`, {
    maxRetriesPerRequest: null,
    retryStrategy: () => 20,
  });
  asking.on('error', () => undefined);
  await until('the Sentinel knows the replica', async () => {
    const replicas = (await asking.call('SENTINEL', 'REPLICAS', 'ledger')) as string[][];
    return replicas.some((replica) => replica[replica.indexOf('flags') + 1] === 'slave');
  });
  asking.disconnect();
  return port;
}

describe('Redis behind Sentinels', () => {
  it('is followed to its new master when the old one is killed', async () => {
    const master = await server();
    const replica = await server('--replicaof', '127.0.0.1', String(master.port));
    const sentinel = await sentinelOf(master);
    const url = `redis-sentinel://127.0.0.1:${sentinel}/0?sentinelMasterId=ledger`;
    const seen: string[] = [];
    const notes = queue('notes', z.strictObject({ text: z.string() }));
    function keep(exchange: Exchange<{ readonly text: string }>) {
      seen.push(exchange.body.text);
    }
    const keeping = route('keep', errorPolicy('once', { attempts: 1 }))
      .from(notes)
      .process(keep);
    const options = { url, prefix: 'behind', clock: systemClock, log: recordingLog().log };
    const runner = await startRoutes([keeping], {}, options);
    ends.push(() => runner.stop(5_000));
    await runner.send(notes, { text: 'before' });
    await until('the first came', () => seen.length === 1);
    await master.kill();
    await runner.send(notes, { text: 'after' });
    await until('the second came', () => seen.length === 2);
    const promoted = redisAt(replica.url, {});
    expect(await promoted.role()).toContain('master');
    promoted.disconnect();
  });
});

describe('a connection to Redis', () => {
  it('that has gone silent is made anew, and the request is sent again', async () => {
    const { port } = await server();
    const [clients, silent] = [new Set<Socket>(), new Set<Socket>()];
    const proxy = createServer((client) => {
      const redis = connect(port, '127.0.0.1');
      client.on('error', () => undefined).on('close', () => redis.destroy());
      redis.on('error', () => undefined).on('close', () => client.destroy());
      redis.on('data', (bytes) => silent.has(client) || client.write(bytes));
      client.on('data', (bytes) => silent.has(client) || redis.write(bytes));
      clients.add(client);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port: proxied } = proxy.address() as AddressInfo;
    const redis = redisAt(`redis://127.0.0.1:${proxied}`, { socketTimeout: 300 });
    redis.on('error', () => undefined);
    ends.push(async () => {
      redis.disconnect();
      proxy.close();
      await once(proxy, 'close');
    });
    expect(await redis.ping()).toBe('PONG');
    for (const client of clients) silent.add(client);
    expect(await redis.ping()).toBe('PONG');
  });

  it('waits longer for an answer than a worker that asks for its next job', () => {
    const redis = redisAt('redis://127.0.0.1:1', { lazyConnect: true });
    expect(redis.options.socketTimeout).toBeGreaterThan(10_000);
  });
});

describe('the URL of Redis', () => {
  it('may name several Sentinels, a login, a database and TLS', () => {
    const redis = redisAt(
      'rediss-sentinel://ops:p%40ss@one,two:1234,[::1]:99/3?sentinelMasterId=m&sentinelPassword=s',
      { lazyConnect: true },
    );
    expect(redis.options).toMatchObject({
      ...{ name: 'm', username: 'ops', password: 'p@ss', sentinelPassword: 's', db: 3, tls: {} },
      sentinels: [
        { host: 'one', port: 26_379 },
        { host: 'two', port: 1234 },
        { host: '::1', port: 99 },
      ],
    });
  });

  it.each([
    'redis-sentinel://one',
    'redis-sentinel://one/0?sentinelMasterId=',
    'redis-sentinel://one:port/0?sentinelMasterId=m',
    'redis-sentinel://one:99999/0?sentinelMasterId=m',
    'redis-sentinel://:secret%zz@one/0?sentinelMasterId=m',
    'redis://[',
    'redis://:secret@127.0.0.1:99999',
    'redis://:secret%zz@127.0.0.1',
    'redis://127.0.0.1/first',
    'http://127.0.0.1',
  ])('is refused by its key when it is %s', (url) => {
    expect(() => redisAt(url, { lazyConnect: true })).toThrow(
      expect.objectContaining({
        code: 'configuration-invalid',
        message: expect.stringMatching(/^redis\.url: must (?!.*secret)/) as unknown,
      }),
    );
  });

  it.each(['redis://h', 'redis://:p%23w@h:1/2', 'rediss://u@[::1]:6379/', 'redis://h/0?family=6'])(
    'may be %s',
    (url) => {
      expect(redisUrlProblem(url)).toBeUndefined();
    },
  );
});
