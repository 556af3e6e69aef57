import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort } from '../../../app/quickstart/free-port.ts';
import { type PrivateRedis, startPrivateRedis } from '../../../app/quickstart/private-redis.ts';
import { runs } from '../../support/processes.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';

const script = fileURLToPath(new URL('../../support/private-redis-until-killed.js', import.meta.url));
const closers: (() => unknown)[] = [];
// Before the folders are removed, which is in the order of registration.
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const scratch = scratchFolders();

async function start(folder: string): Promise<PrivateRedis> {
  const redis = await startPrivateRedis(folder, 0);
  closers.push(() => redis.stop());
  return redis;
}

/** Starts one as a quickstart does that is then killed with -9; its address. */
async function leaveOne(folder: string): Promise<string> {
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = (await once(child.stdout, 'data')) as [Buffer];
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  return url.toString();
}

async function pidAt(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

/** Where something listens that is no Redis. */
async function strangersPort(): Promise<number> {
  const stranger = createServer((socket) => socket.end('no Redis\r\n')).listen(0, '127.0.0.1');
  closers.push(() => stranger.close());
  await once(stranger, 'listening');
  return (stranger.address() as AddressInfo).port;
}

/** Not the process but its port tells when it is gone: where nobody waits for the process it stays as a zombie. */
async function kill({ url, pid }: { readonly url: string; readonly pid: number }): Promise<void> {
  process.kill(pid, 'SIGKILL');
  const port = Number(new URL(url).port);
  await until('its port is free', async () => (await freePort(port)) === port);
}

describe('the private Redis', () => {
  it('is the one that a killed quickstart has left, which stays when this one ends', async () => {
    const folder = await scratch();
    const url = await leaveOne(folder);
    const pid = await pidAt(url);
    closers.push(() => runs(pid) && kill({ url, pid }));
    const second = await start(folder);
    expect(second).toMatchObject({ url, left: { url, pid } });
    await second.stop();
    expect(runs(pid)).toBe(true);
    await kill({ url, pid });
    expect((await start(folder)).left).toBeUndefined();
  });

  it('is refused, with the process id, where the one that was left does not answer as a Redis', async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'redis.port'), String(await strangersPort()));
    await writeFile(join(folder, 'redis.pid'), `${process.ppid}\n`);
    await expect(start(folder)).rejects.toMatchObject({
      code: 'already-started',
      message: expect.stringContaining(`(process ${process.ppid})`),
      facts: { pid: process.ppid },
    });
  });

  it('is started where the port of an earlier one has gone to something else', async () => {
    const folder = await scratch();
    const other = await start(await scratch());
    for (const port of [new URL(other.url).port, await strangersPort()]) {
      await writeFile(join(folder, 'redis.port'), String(port));
      const redis = await start(folder);
      expect(redis.left).toBeUndefined();
      await redis.stop();
    }
  });
});
