import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { CodedError } from '../../errors/coded-error.ts';
import { endpoints } from '../../api/endpoints.ts';
import { type TestApi, testApis } from '../support/api.ts';
import {
  sampleAdmission,
  sampleHeartbeat,
  sampleOrder,
  sampleRecord,
  sampleSchedule,
} from '../support/backups.ts';
import { sampleRecovery } from '../support/restore-events.ts';

const serve = testApis();
const at = '2026-01-01T00:00:00.000Z';
const id = sampleRecord().id;

interface Documented {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>
  >;
  readonly components: { readonly schemas: Record<string, object> };
}

async function documentOf(api: TestApi): Promise<Documented> {
  return (await (await api.get('/api/openapi.json')).json()) as Documented;
}

/** Checks an answer against what the document says of that operation and status. */
function checker({ paths, components }: Documented) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('ulid', true);
  ajv.addSchema({ $id: 'http://localhost/api', components });
  return async (method: string, path: string, response: Response): Promise<void> => {
    const { responses } = paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    const documented =
      responses[String(response.status)] ?? (response.status >= 400 ? responses['default'] : undefined);
    expect([method, path, response.status, documented]).not.toContain(undefined);
    const text = await response.text();
    if (documented?.content === undefined) {
      expect(text).toBe('');
      return;
    }
    const media = response.headers.get('content-type')?.split(';')[0] ?? '';
    expect(Object.keys(documented.content)).toContain(media);
    if (media === 'text/event-stream') return;
    const { schema } = documented.content[media] as { schema: { $ref: string } };
    const validate: ValidateFunction = ajv.compile({ $ref: `http://localhost/api${schema.$ref}` });
    expect([validate(JSON.parse(text)), path, validate.errors]).toEqual([true, path, null]);
  };
}

/** An API in which something has happened, so that every answer has content. */
function busy() {
  const order = sampleOrder();
  return serve({
    routes: {
      triggerBackup: () => Promise.resolve({ backupId: id, status: 'queued', waitingFor: id }),
      backupSchedule: () =>
        Promise.resolve({
          enabled: true,
          lockScope: 'type',
          schedules: [sampleSchedule({ lastBackup: at })],
        }),
      backupHistory: () =>
        Promise.resolve({
          items: [sampleRecord(), sampleRecord({ status: 'failed', endTime: null })],
          nextCursor: id,
        }),
    },
    metadata: {
      get: () => Promise.resolve(sampleRecord()),
      events: () =>
        Promise.resolve([
          { kind: 'requested', at, order },
          { kind: 'started', at, order, startTime: at, fencingToken: 1, worker: 'here:2' },
        ]),
    },
    recoveries: {
      recovery: () => Promise.resolve(sampleRecovery()),
      recoveries: () => Promise.resolve([sampleRecovery()]),
    },
    heartbeats: { readHeartbeats: () => Promise.resolve([sampleHeartbeat()]) },
  });
}

const bodies: Readonly<Record<string, unknown>> = {
  triggerBackup: { backupType: 'duckdb' },
  startRestore: { backupType: 'duckdb', to: 'hot.duckdb', reason: 'a bad deploy' },
};

describe('the OpenAPI document', () => {
  it('names every endpoint that there is, and no other', async () => {
    const document = await documentOf(await serve());
    const named = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(named.toSorted()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).toSorted());
    const api = await serve();
    for (const { method, path, replies } of endpoints) {
      const response = await fetch(api.url + path.replaceAll(/\{\w+\}/g, id), { method });
      expect([404, 405]).not.toContain(response.status);
      await response.body?.cancel();
      expect(Object.keys(replies).length).toBeGreaterThan(0);
    }
  });

  it.each(endpoints)('is kept by $method $path', async ({ id: operation, method, path }) => {
    const api = await busy();
    const check = checker(await documentOf(api));
    const target = path.replaceAll(/\{\w+\}/g, id);
    const body = operation === 'startSession' ? { key: api.keys.viewer } : bodies[operation];
    const answer = () =>
      method === 'POST'
        ? api.post(target, body)
        : api.get(target, { method, headers: { authorization: `Bearer ${api.keys.admin}` } });
    await check(method, path, await answer());
    await check(method, path, await api.get(`${target}?foreign=1`, { method, headers: {} }));
  });

  it('is kept while a backup runs, and when something fails', async () => {
    const admissions = () =>
      Promise.resolve([sampleAdmission({ progress: { bytes: 1, at: Date.parse(at) } })]);
    const busyApi = await serve({ exclusion: { admissions } });
    const check = checker(await documentOf(busyApi));
    await check('GET', '/api/backups/{id}', await busyApi.get(`/api/backups/${id}`));
    const failing = await serve({
      routes: { backupHistory: () => Promise.reject(new CodedError('metadata-held', 'held')) },
      health: { facts: () => Promise.reject(new Error('no')) },
    });
    await check('GET', '/api/backups/history', await failing.get('/api/backups/history'));
    await check('GET', '/api/health', await failing.get('/api/health'));
    await check('GET', '/api/health/ready', await failing.get('/api/health/ready'));
  });
});
