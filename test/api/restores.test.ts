import { describe, expect, it } from '@jest/globals';
import type { RestoreRequest } from '../../processors/restoring/restore-request.ts';
import type { OpenRestore } from '../../stores/restores/port.ts';
import { testApis } from '../support/api.ts';
import { sampleForecast, sampleRecovery, testRestore } from '../support/restore-events.ts';

const serve = testApis();
const order = testRestore(1);
const path = `/api/restores/${order.restoreId}`;
const body = { backupType: 'duckdb', to: 'hot.duckdb', reason: 'a bad deploy' };

function running(over: Partial<OpenRestore> = {}): OpenRestore {
  return {
    ...{ order, state: 'running', startTime: order.requestedAt, worker: 'here:3', alive: true },
    progress: { done: 10, total: 20, unit: 'bytes' },
    ...over,
  };
}

describe('POST /api/restores', () => {
  it('asks for a restore under the name of the key, and says what it will read', async () => {
    const asked: RestoreRequest[] = [];
    const api = await serve({
      routes: {
        restoreBackup: (request) => {
          asked.push(request);
          return Promise.resolve({ plan: sampleForecast, to: '/restores/hot.duckdb', order });
        },
      },
    });
    const at = '2026-01-01T07:00:00.000123456+01:00';
    const response = await api.post('/api/restores', { ...body, at, tenant: { id: '1', column: 'owner' } });
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(path);
    const { backupId, ...plan } = sampleForecast;
    expect(await response.json()).toEqual({
      ...{ restoreId: order.restoreId, backupId, to: '/restores/hot.duckdb', plan },
    });
    expect(asked).toEqual([
      {
        ...body,
        ...{ at: '2026-01-01T06:00:00.000123456Z', tenant: { id: '1', column: 'owner' } },
        ...{ dryRun: false, requestedBy: 'ops' },
      },
    ]);
  });

  it('restores nothing for a dryRun', async () => {
    const api = await serve({
      routes: { restoreBackup: ({ to }) => Promise.resolve({ plan: sampleForecast, to, order: null }) },
    });
    const response = await api.post('/api/restores', { ...body, dryRun: true });
    expect([response.status, await response.json()]).toMatchObject([200, { restoreId: null }]);
  });

  it.each([
    ['no reason', { ...body, reason: undefined }, 'reason'],
    ['an empty reason', { ...body, reason: '  ' }, 'reason'],
    ['a type that is not restored', { ...body, backupType: 'kms' }, 'backupType'],
    ['no target', { ...body, to: '' }, 'to'],
    ['a moment without its zone', { ...body, at: '2026-01-01' }, 'at'],
    ['half a tenant', { ...body, tenant: { id: '1' } }, 'tenant'],
    ['what is not known', { ...body, overwrite: true }, 'overwrite'],
  ])('refuses %s', async (_what, wrong, field) => {
    const response = await (await serve()).post('/api/restores', wrong);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'invalid-request', field }]);
  });
});

describe('a restore over the API', () => {
  it('is shown with its progress while it runs, from the moment it was let in', async () => {
    const api = await serve({ restores: { open: () => Promise.resolve([running()]) } });
    expect(await (await api.get(path)).json()).toMatchObject({
      ...{ id: order.restoreId, status: 'running', reason: 'a bad deploy', to: order.to },
      progress: { state: 'running', done: 10, total: 20, unit: 'bytes', alive: true },
    });
    const gone = await (await serve()).get(path);
    expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'restore-not-found' }]);
  });

  it('streams its progress until its end, and tells no end twice', async () => {
    const looks: (OpenRestore | undefined)[] = [
      running({ state: 'queued', progress: null }),
      running({ state: 'queued', progress: null }),
      running(),
      running({ progress: { done: 20, total: 20, unit: 'bytes' } }),
    ];
    const api = await serve({
      restores: { open: () => Promise.resolve([looks.shift() ?? []].flat()) },
      recoveries: {
        recovery: () => Promise.resolve(looks.length > 0 ? undefined : sampleRecovery()),
        recoveries: () => Promise.resolve([]),
      },
    });
    const text = await (await api.get(`${path}/progress`)).text();
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      ...['progress', 'progress', 'progress', 'end'],
    ]);
    expect(text).toMatch(/"done":20[^]*"status":"completed"/);
    const authorization = `Bearer ${api.keys.viewer}`;
    const again = await api.get(`${path}/progress`, {
      headers: { authorization, 'last-event-id': 'completed' },
    });
    expect(again.status).toBe(204);
  });

  it('ends its stream without an end when it is lost before it is recorded', async () => {
    const looks = [running(), running()];
    const api = await serve({ restores: { open: () => Promise.resolve([looks.shift() ?? []].flat()) } });
    const text = await (await api.get(`${path}/progress`)).text();
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(['progress']);
  });

  it('is listed in pages, of a type or status', async () => {
    const asked: unknown[] = [];
    const api = await serve({
      recoveries: {
        recovery: () => Promise.resolve(undefined),
        recoveries: (query) => {
          asked.push(query);
          return Promise.resolve([sampleRecovery(), sampleRecovery()]);
        },
      },
    });
    const response = await api.get('/api/restores?limit=1&status=completed&backupType=duckdb');
    expect(await response.json()).toHaveLength(1);
    expect(response.headers.get('link')).toBe(
      `</api/restores?limit=1&status=completed&backupType=duckdb&cursor=${order.restoreId}>; rel="next"`,
    );
    expect(asked).toEqual([{ status: 'completed', backupType: 'duckdb', limit: 2 }]);
    expect((await api.get('/api/restores?limit=0')).status).toBe(400);
  });
});
