import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach } from '@jest/globals';
import { quickstartFolder } from '../../app/quickstart/folder.ts';
import { prepareFolder } from '../../app/quickstart/prepare.ts';
import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { type RedisServer, freePort, startRedisServer } from './redis-server.ts';
import { scratchFolders } from './scratch.ts';
import { until } from './until.ts';

const entry = resolve(import.meta.dirname, '../../cli/main.js');

/** Short enough that deaths are noticed within seconds. */
const impatient = {
  exclusion: { scope: 'global', lockDuration: 'PT3S' },
  housekeeping: { interval: 'PT0.5S' },
  worker: { shutdownDeadline: 'PT5S' },
  log: { level: 'info' },
};

export interface Site {
  readonly redis: RedisServer;
  readonly folder: ReturnType<typeof quickstartFolder>;
  readonly adminKey: string;
  readonly tenantIds: readonly string[];
  /** Starts a process of the CLI (`start`, `control-plane`, `worker duckdb`) with these changes to the configuration. */
  readonly run: (args: readonly string[], changes?: object) => Promise<SiteProcess>;
}

export interface SiteProcess {
  readonly child: ChildProcess;
  readonly api: Api;
  /** SIGTERM, and the exit code. */
  end(): Promise<number | null>;
}

/** The API as its users see it. */
export interface Api {
  readonly url: string;
  request(path: string, options?: { readonly body?: object; readonly headers?: object }): Promise<Response>;
  json<T>(path: string): Promise<T>;
  history(): Promise<readonly BackupRecord[]>;
  workers(): Promise<readonly WorkerHeartbeat[]>;
  /** The backup, once it has this status. */
  reaches(id: string, status: BackupRecord['status'], ms?: number): Promise<BackupRecord>;
  /** The worker of a type, once it runs a backup. */
  busy(type: string, ms?: number): Promise<WorkerHeartbeat>;
  ready(): Promise<void>;
}

/** Whole schedulers on sample data and a Redis of their own; everything is ended after each test. */
export function schedulerSites(): () => Promise<Site> {
  const scratch = scratchFolders();
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return async () => {
    const redis = await startRedisServer();
    closers.push(() => redis.stop());
    const folder = quickstartFolder(await scratch());
    const say = (): void => undefined;
    const made = await prepareFolder(folder, { redisUrl: redis.url, port: 0, say });
    let started = 0;
    return {
      ...{ redis, folder, adminKey: made.adminKey, tenantIds: made.tenantIds },
      async run(args, changes = {}) {
        started += 1;
        const port = await freePort();
        const file = await configure(
          folder.configuration,
          `${started}`,
          merged({ ...impatient, api: { port } }, changes),
        );
        const child = spawn(process.execPath, [entry, '--config', file, ...args], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const log = createWriteStream(join(folder.logs, `${started}-${args.join('-')}.log`));
        child.stderr.pipe(log);
        child.stdout.pipe(log);
        const end = (): Promise<number | null> => ended(child);
        closers.push(end);
        return { child, api: apiAt(`http://127.0.0.1:${port}`, made.adminKey), end };
      },
    };
  };
}

async function configure(base: string, name: string, changes: object): Promise<string> {
  const file = join(base, '..', `configuration-${name}.json`);
  const read = JSON.parse(await readFile(base, 'utf8')) as object;
  await writeFile(file, JSON.stringify(merged(read, changes)));
  return file;
}

/** Objects are merged key by key, all else is replaced. */
function merged(left: object, right: object): object {
  const both: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right) as [string, unknown][]) {
    const old = both[key];
    both[key] = isPlain(old) && isPlain(value) ? merged(old, value) : value;
  }
  return both;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await exit;
    clearTimeout(kill);
  }
  return child.exitCode;
}

function apiAt(url: string, key: string): Api {
  const api: Api = {
    url,
    request: (path, { body, headers } = {}) =>
      fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async json<T>(path: string) {
      const response = await api.request(path);
      if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    history: () => api.json('/api/backups/history?limit=1000'),
    workers: async () => (await api.json<{ workers: WorkerHeartbeat[] }>('/api/workers')).workers,
    reaches: (id, status, ms = 60_000) =>
      until(
        `backup ${id} is ${status}`,
        async () => {
          const found = (await api.history()).find((backup) => backup.id === id);
          return found?.status === status && found;
        },
        ms,
      ),
    busy: (type, ms = 60_000) =>
      until(
        `the ${type} worker is busy`,
        async () => (await api.workers()).find((worker) => worker.type === type && worker.busyWith !== null),
        ms,
      ),
    async ready() {
      await until(
        'the API is ready',
        async () =>
          fetch(`${url}/api/health/ready`).then(
            (response) => response.ok,
            () => false,
          ),
        60_000,
      );
    },
  };
  return api;
}
