import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../errors/coded-error.ts';
import type { BackupRoutes } from '../../api/deps.ts';
import { testApis } from '../support/api.ts';
import {
  sampleAdmission,
  sampleHeartbeat,
  sampleOrder,
  sampleRecord,
  sampleSchedule,
} from '../support/backups.ts';

const serve = testApis();
const id = sampleRecord().id;

describe('POST /api/backups/trigger', () => {
  it('answers 202 with the id and where to find the backup', async () => {
    const api = await serve();
    const response = await api.post('/api/backups/trigger', { backupType: 'duckdb' });
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/api/backups/${id}`);
    expect(await response.json()).toEqual({ backupId: id, status: 'dispatched' });
  });

  it('passes on who asks and the Idempotency-Key, kept apart from those of others', async () => {
    const asked: unknown[] = [];
    const api = await serve({
      routes: {
        triggerBackup: (...given) => {
          asked.push(given);
          return Promise.resolve({ backupId: id, status: 'queued', waitingFor: id });
        },
      },
    });
    const body = { backupType: 'kms', tenantId: '7a3c1f0e-3f43-4a4e-9a5e-0c8e8f3d2b11' };
    const response = await api.post('/api/backups/trigger', body, { 'idempotency-key': 'k-1' });
    expect(await response.json()).toMatchObject({ status: 'queued', waitingFor: id });
    expect(asked).toEqual([[body, 'ops', 'api/["ops","k-1"]']]);
  });

  it('answers 409 with the id of the other', async () => {
    const api = await serve({
      routes: {
        triggerBackup: () =>
          Promise.reject(
            new CodedError('backup-already-running', `duckdb is running: ${id}`, {
              facts: { backupId: id, state: 'running' },
            }),
          ),
      },
    });
    const response = await api.post('/api/backups/trigger', { backupType: 'duckdb' });
    expect(response.status).toBe(409);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toEqual({
      type: 'urn:backup-scheduler:problem:backup-already-running',
      title: 'Backup already running',
      status: 409,
      detail: `duckdb is running: ${id}`,
      code: 'backup-already-running',
      instance: '/api/backups/trigger',
      backupId: id,
      state: 'running',
    });
  });

  it.each([
    [
      'a type that does not exist',
      { backupType: 'mysql' },
      'backupType',
      /tigerbeetle, duckdb, parquet, kms/,
    ],
    ['no type', {}, 'backupType', /missing/],
    [
      'a scope that does not exist',
      { backupType: 'duckdb', backupScope: 'half' },
      'backupScope',
      /incremental/,
    ],
    ['a tenant that is no UUID', { backupType: 'kms', tenantId: 'me' }, 'tenantId', /UUID/],
    ['a field that is not known', { backupType: 'kms', when: 'now' }, 'when', /not known/],
  ])('refuses %s and names the field', async (_what, body, field, detail) => {
    const api = await serve();
    const response = await api.post('/api/backups/trigger', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid-request',
      field,
      detail: expect.stringMatching(detail) as unknown,
    });
  });

  it('refuses an Idempotency-Key that it could not keep', async () => {
    const api = await serve();
    const response = await api.post(
      '/api/backups/trigger',
      { backupType: 'kms' },
      { 'idempotency-key': 'a b' },
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ field: 'idempotency-key' });
  });
});

describe('GET /api/backups/schedule', () => {
  it('answers with every schedule and its reason', async () => {
    const status = { enabled: true, lockScope: 'global', schedules: [sampleSchedule()] } as const;
    const routes = { backupSchedule: () => Promise.resolve(status) };
    const api = await serve({ routes });
    expect(await (await api.get('/api/backups/schedule')).json()).toEqual(status);
  });
});

describe('GET /api/backups/history', () => {
  it('hands every filter on, times in UTC with milliseconds', async () => {
    const asked: unknown[] = [];
    const routes = {
      backupHistory: (query: unknown) => {
        asked.push(query);
        return Promise.resolve({ items: [], nextCursor: null });
      },
    };
    const api = await serve({ routes });
    await api.get(
      '/api/backups/history?backupType=duckdb&status=failed&from=2026-01-01&to=2026-01-02T01:00:00%2B01:00',
    );
    await api.get(`/api/backups/history?limit=7&cursor=${id}`);
    expect(asked).toEqual([
      {
        backupType: 'duckdb',
        status: 'failed',
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-01-02T00:00:00.000Z',
        limit: 50,
      },
      { limit: 7, cursor: id },
    ]);
  });

  it('links to the next page while there is one', async () => {
    const all = Array.from({ length: 5 }, (_, index) =>
      sampleRecord({ id: `01KAVQ0000000000000000000${index}` }),
    );
    const routes = {
      backupHistory: ({ limit, cursor }: Parameters<BackupRoutes['backupHistory']>[0]) => {
        const start = cursor === undefined ? 0 : all.findIndex((record) => record.id === cursor) + 1;
        const items = all.slice(start, start + limit);
        const nextCursor = start + limit < all.length ? (items.at(-1)?.id ?? null) : null;
        return Promise.resolve({ items, nextCursor });
      },
    };
    const api = await serve({ routes });
    const seen: string[] = [];
    let path: string | undefined = '/api/backups/history?limit=2&backupType=duckdb';
    for (let pages = 0; path !== undefined && pages < 9; pages++) {
      const response: Response = await api.get(path);
      seen.push(...((await response.json()) as { id: string }[]).map((record) => record.id));
      path = /^<(\S+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(all.map((record) => record.id));
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['backupType=mysql', 'backupType'],
    ['from=yesterday', 'from'],
    ['to=2026-13-01', 'to'],
    ['cursor=1', 'cursor'],
    ['tenantId=1', 'tenantId'],
    ['status=odd', 'status'],
    ['sort=asc', 'sort'],
    ['__proto__=1', '__proto__'],
    ['backupType=%00', 'backupType'],
  ])('refuses ?%s and names the field', async (query, field) => {
    const api = await serve();
    const response = await api.get(`/api/backups/history?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid-request', in: 'query', field });
  });
});

describe('GET /api/backups/:id', () => {
  it('answers with the record of one that has ended', async () => {
    const api = await serve({
      metadata: { get: () => Promise.resolve(sampleRecord()), events: () => Promise.resolve([]) },
    });
    expect(await (await api.get(`/api/backups/${id}`)).json()).toEqual({ ...sampleRecord(), progress: null });
  });

  it('knows one that was let in a moment ago, with its progress', async () => {
    const progress = { bytes: 10, at: Date.parse('2026-01-01T00:00:05.000Z') };
    const api = await serve({
      exclusion: { admissions: () => Promise.resolve([sampleAdmission({ progress })]) },
    });
    expect(await (await api.get(`/api/backups/${id.toLowerCase()}`)).json()).toMatchObject({
      id,
      status: 'running',
      attempt: 1,
      progress: { state: 'running', bytes: 10, lastByteAt: '2026-01-01T00:00:05.000Z', held: true },
    });
  });

  it('answers 404 for one that does not exist, and 400 for what cannot be an id', async () => {
    const api = await serve();
    for (const path of ['', '/events', '/progress']) {
      const missing = await api.get(`/api/backups/${id}${path}`);
      expect(missing.status).toBe(404);
      expect(await missing.json()).toMatchObject({ code: 'backup-not-found', backupId: id });
      expect((await api.get(`/api/backups/nonsense${path}`)).status).toBe(400);
    }
  });
});

describe('GET /api/backups/:id/events', () => {
  it('answers with all events, oldest first', async () => {
    const event = { kind: 'requested', at: '2026-01-01T00:00:00.000Z', order: sampleOrder() } as const;
    const api = await serve({
      metadata: { get: () => Promise.resolve(sampleRecord()), events: () => Promise.resolve([event]) },
    });
    expect(await (await api.get(`/api/backups/${id}/events`)).json()).toEqual([event]);
  });
});

describe('GET /api/workers', () => {
  it('says which worker runs what since when', async () => {
    const worker = sampleHeartbeat();
    const api = await serve({ heartbeats: { readHeartbeats: () => Promise.resolve([worker]) } });
    expect(await (await api.get('/api/workers')).json()).toEqual({ workers: [worker] });
  });
});
