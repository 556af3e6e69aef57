import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { openApiKeys, type ApiKeys } from '../../api/auth/api-keys.ts';
import type { Role } from '../../api/auth/roles.ts';
import { createApi } from '../../api/create-api.ts';
import type { ApiDeps, HealthFacts } from '../../api/deps.ts';
import { listen, type Listening } from '../../api/listen.ts';
import { anOrder, aVerification } from './orders.ts';
import { sampleForecast, testRestore } from './restore-events.ts';
import { type LogLine, recordingLog } from './recording-log.ts';
import { scratchFolders } from './scratch.ts';
import { SettableClock } from './settable-clock.ts';

/** A served API with its fakes to look into; its keys are real, in a file of their own. */
export interface TestApi {
  readonly url: string;
  readonly keys: Readonly<Record<Role, string>>;
  readonly apiKeys: ApiKeys;
  readonly clock: SettableClock;
  readonly lines: readonly LogLine[];
  readonly listening: Listening;
  /** A request with the admin's key unless told otherwise. */
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

type Over = Partial<Omit<ApiDeps, 'routes'>> & { readonly routes?: Partial<ApiDeps['routes']> };

/**
 * Serves the API over fakes that say nothing runs and nothing has happened, unless `over` says otherwise; closed after
 * each test.
 */
export function testApis(): (over?: Over) => Promise<TestApi> {
  const scratch = scratchFolders();
  const open: Listening[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((listening) => listening.close(1000)));
  });
  return async (over = {}) => {
    const clock = new SettableClock();
    const apiKeys = openApiKeys(join(await scratch(), 'api-keys.json'), clock);
    const keys = {
      viewer: (await apiKeys.create('watcher', 'viewer')).key,
      operator: (await apiKeys.create('operator', 'operator')).key,
      admin: (await apiKeys.create('ops', 'admin')).key,
    };
    const { log, lines } = recordingLog();
    const silent = quiet({ clock, apiKeys, log });
    const deps = { ...silent, ...over, routes: { ...silent.routes, ...over.routes } };
    const build = (stopping: AbortSignal) => createApi({ ...deps, stopping });
    const listening = await listen(build, { host: '127.0.0.1', port: 0 });
    open.push(listening);
    const { url } = listening;
    const authorization = `Bearer ${keys.admin}`;
    return {
      url,
      keys,
      apiKeys,
      clock,
      lines,
      listening,
      get: (path, init) => fetch(url + path, { redirect: 'manual', headers: { authorization }, ...init }),
      post: (path, body, headers = {}) =>
        fetch(url + path, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
    };
  };
}

/** Of a control plane in which all is well, unless it is behind with recording. */
export function healthyFacts(now: number, lagMs = 0): HealthFacts {
  return {
    redis: { ok: true, detail: null },
    metadata: { ok: true, lagMs, detail: null },
    ledger: null,
    leader: { holder: 'here:1', self: true },
    damaged: [],
    lastTick: new Date(now).toISOString(),
    tickEveryMs: 300_000,
    workers: ['duckdb'],
  };
}

function quiet({ clock, apiKeys, log }: Pick<ApiDeps, 'clock' | 'apiKeys' | 'log'>): ApiDeps {
  return {
    routes: {
      triggerBackup: () => Promise.resolve({ backupId: '01KAVQ0000000000000000000A', status: 'dispatched' }),
      verifyBackup: ({ backupId, level, requestedBy }) =>
        Promise.resolve(aVerification({ level, requestedBy, order: anOrder('duckdb-full', { backupId }) })),
      restoreBackup: ({ to }) => Promise.resolve({ plan: sampleForecast, to, order: testRestore(1) }),
      backupSchedule: () => Promise.resolve({ enabled: true, lockScope: 'global', schedules: [] }),
      backupHistory: () => Promise.resolve({ items: [], nextCursor: null }),
    },
    metadata: { get: () => Promise.resolve(undefined), events: () => Promise.resolve([]) },
    verifications: { verifications: () => Promise.resolve([]) },
    openVerifications: { has: () => Promise.resolve(false) },
    recoveries: { recovery: () => Promise.resolve(undefined), recoveries: () => Promise.resolve([]) },
    restores: { open: () => Promise.resolve([]) },
    exclusion: { admissions: () => Promise.resolve([]) },
    heartbeats: { readHeartbeats: () => Promise.resolve([]) },
    health: { facts: () => Promise.resolve(healthyFacts(clock.now())) },
    apiKeys,
    accessTokens: undefined,
    clock,
    log,
    queues: [],
    stopping: new AbortController().signal,
    secureCookies: false,
    progressEveryMs: 10,
    version: '0.1.0-test',
  };
}
