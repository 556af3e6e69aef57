import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterEach, expect } from '@jest/globals';
import { quickstartFolder } from '../../app/quickstart/folder.ts';
import { prepareFolder } from '../../app/quickstart/prepare.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import { madeOnce } from './made-once.ts';
import { type RedisServer, freePort, startRedisServer } from './redis-server.ts';
import { type Api, apiAt } from './scheduler-api.ts';
import { scratchFolders } from './scratch.ts';

export const entry = resolve(import.meta.dirname, '../../cli/main.js');

/** A folder into which the processes' logs are copied after each test, under its name. */
const keepLogs = process.env['KEEP_LOGS'];

/** Short enough that deaths are noticed within seconds, long enough for a machine that has much else to do. */
const impatient = {
  exclusion: { scope: 'global', lockDuration: 'PT5S', leaseDuration: 'PT6S' },
  housekeeping: { interval: 'PT0.5S' },
  worker: { shutdownDeadline: 'PT5S', niceness: 0 },
  log: { level: 'info' },
  // Tests that are about the ledger ask for it.
  sources: { tigerbeetle: { kind: 'tigerbeetle' } },
};

/** Changes to the configuration: the DuckDB source alone, its full backup by schedule, retries after a second. */
export const onlyDuckdb = {
  schedules: [
    { name: 'duckdb-full', retry: { initialDelay: 'PT1S', jitter: 0 } },
    { name: 'duckdb-incremental', enabled: false },
  ],
  sources: { parquet: { folder: '' }, kms: { kind: 'none', file: '' } },
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
  /** Its configuration file. */
  readonly configuration: string;
  /** What it has written so far, with its own children. */
  output(): Promise<string>;
  /** SIGTERM, and the exit code. */
  end(): Promise<number | null>;
}

/** Whole schedulers on sample data and a Redis of their own; everything is ended after each test. */
export function schedulerSites(): () => Promise<Site> {
  const closers: (() => Promise<unknown>)[] = [];
  // Before the folders are removed, which is in the order of registration.
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  const scratch = scratchFolders();
  return async () => {
    const redis = await startRedisServer();
    closers.push(() => redis.stop());
    const folder = quickstartFolder(await scratch());
    if (keepLogs !== undefined) {
      const kept = join(keepLogs, nameOfTest());
      closers.push(() => cp(folder.logs, kept, { recursive: true }));
    }
    await cp(await madeOnce('sample', makeSample), folder.root, { recursive: true });
    const made = await prepareFolder(folder, {
      cluster: undefined,
      redisUrl: redis.url,
      port: 0,
      say: quiet,
    });
    const anchor = new Date().toISOString();
    let started = 0;
    return {
      ...{ redis, folder, adminKey: made.adminKey, tenantIds: made.tenantIds },
      async run(args, changes = {}) {
        started += 1;
        const port = await freePort();
        const configuration = join(folder.root, `configuration-${started}.json`);
        const read = JSON.parse(await readFile(folder.configuration, 'utf8')) as object;
        const settings = merged(read, merged({ ...impatient, api: { port } }, changes));
        await writeFile(
          configuration,
          JSON.stringify({ ...settings, schedules: anchored(settings, anchor) }),
        );
        const child = spawn(process.execPath, [entry, '--config', configuration, ...args], {
          stdio: ['ignore', 'pipe', 'pipe'],
          // What a test sets is not the environment of the process that runs the tests.
          env: process.env,
        });
        const logFile = join(folder.logs, `${started}-${args.join('-').replaceAll('/', '_')}.log`);
        const log = createWriteStream(logFile);
        child.stderr.pipe(log);
        child.stdout.pipe(log);
        const end = (): Promise<number | null> => ended(child);
        closers.push(end);
        const api = apiAt(`http://127.0.0.1:${port}`, made.adminKey);
        return { child, api, configuration, output: () => readFile(logFile, 'utf8'), end };
      },
    };
  };
}

const quiet = (): void => undefined;

function nameOfTest(): string {
  return (expect.getState().currentTestName ?? '').replaceAll(/\W+/g, '-').slice(0, 100);
}

/** Slots lie whole intervals from where the test begins: no test comes upon one for the time of day that it runs at. */
function anchored(settings: { readonly schedules?: readonly Listed[] }, anchor: string): readonly Listed[] {
  const listed = settings.schedules ?? [];
  const others = defaultSchedules.filter(({ name }) => !listed.some((one) => one.name === name));
  return [...listed, ...others.map(({ name }) => ({ name }))].map((one) =>
    'cron' in one ? one : { anchor, ...one },
  );
}

interface Listed {
  readonly name: string;
}

async function makeSample(root: string): Promise<void> {
  await prepareFolder(quickstartFolder(root), {
    cluster: undefined,
    redisUrl: 'redis://127.0.0.1',
    port: 0,
    say: quiet,
  });
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

/** SIGTERM, SIGKILL after half a minute; the exit code. */
export async function ended(child: ChildProcess): Promise<number | null> {
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
