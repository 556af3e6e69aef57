import { readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { CodedError } from '../../errors/coded-error.ts';
import { askRedisOnce } from '../wiring/ask-redis-once.ts';
import { freePort } from './free-port.ts';
import { isAlive } from './running-lock.ts';

/** A Redis that a quickstart has left. */
export interface LeftRedis {
  readonly url: string;
  readonly pid: number;
}

/** Redis itself writes its process id there. */
export const pidFile = (folder: string): string => join(folder, 'redis.pid');
const portFile = (folder: string): string => join(folder, 'redis.port');

/** To be called before a Redis is started on that port: it can then be found, whenever its quickstart is killed. */
export async function notePort(folder: string, port: number): Promise<void> {
  await writeFile(portFile(folder), String(port), { mode: 0o600 });
}

/**
 * The Redis that serves the folder already, since its quickstart was killed: a second one would write the same files.
 * Throws `already-started` with its process id when it does not answer.
 */
export async function findLeftRedis(folder: string): Promise<LeftRedis | undefined> {
  const port = await numberIn(portFile(folder));
  if (port === undefined || (await freePort(port)) === port) return undefined;
  const url = `redis://127.0.0.1:${port}`;
  try {
    const { dir, pid } = await askRedisOnce(url, identityOf);
    return dir === (await realpath(folder)) ? { url, pid } : undefined;
  } catch (cause) {
    const pid = await numberIn(pidFile(folder));
    // The port may have gone to something else.
    if (pid === undefined || !isAlive(pid)) return undefined;
    throw new CodedError(
      'already-started',
      `a Redis writes ${folder} already (process ${pid}) and does not answer: end it first, or use another folder with --folder`,
      { cause, facts: { pid } },
    );
  }
}

async function identityOf(redis: Redis): Promise<{ readonly dir: unknown; readonly pid: number }> {
  const [, dir] = (await redis.config('GET', 'dir')) as readonly unknown[];
  const pid = /^process_id:(\d+)/m.exec(await redis.info('server'))?.[1];
  return { dir, pid: Number(pid) };
}

async function numberIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
