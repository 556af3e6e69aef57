import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endpoints } from '../../api/endpoints.ts';
import { type TestApi, testApis } from '../support/api.ts';

const serve = testApis();
const numRuns = process.env['SOAK'] === '1' ? 20_000 : 400;

/** Sends bytes as they are and returns the whole answer. */
function raw(api: TestApi, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(api.listening.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(answer);
    });
    socket.write(text, 'latin1');
  });
}

async function expectProblem(response: Response, status: number, facts: object = {}): Promise<void> {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await response.json()).toMatchObject({ status, ...facts });
  expect(response.status).toBe(status);
}

describe('bad input', () => {
  it.each([
    ['no JSON', '{"backupType":', 'application/json', 400, /not JSON/],
    ['an empty body', '', 'application/json', 400, /backupType|missing/],
    ['a list', '[]', 'application/json', 400, /JSON object/],
    ['null', 'null', 'application/json', 400, /JSON object/],
    ['a text', '"duckdb"', 'application/json', 400, /JSON object/],
    [
      'another content type',
      'backupType=duckdb',
      'application/x-www-form-urlencoded',
      415,
      /application\/json/,
    ],
    ['another character set', '{}', 'application/json; charset=klingon', 415, /UTF-8/],
    ['too much', `{"backupType":"${'x'.repeat(70_000)}"}`, 'application/json', 413, /64 KiB/],
    ['deep nesting', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 'application/json', 400, /levels deep/],
    ['a prototype', '{"backupType":"kms","__proto__":{"admin":true}}', 'application/json', 400, /__proto__/],
    ['a constructor', '{"constructor":{"prototype":{}}}', 'application/json', 400, /constructor/],
    ['a NUL', '{"backupType":"kms\\u0000"}', 'application/json', 400, /NUL/],
    ['half a character', '{"backupType":"kms\\ud83d"}', 'application/json', 400, /surrogate/],
    ['half a character in a key', '{"kms\\ude00":1}', 'application/json', 400, /never allowed: "kms\\ude00"/],
  ])('as a body is refused: %s', async (_what, body, type, status, detail) => {
    const api = await serve();
    const response = await api.post('/api/backups/trigger', body, { 'content-type': type });
    await expectProblem(response, status, { detail: expect.stringMatching(detail) as unknown });
  });

  it('as a compressed body is refused', async () => {
    const api = await serve();
    const response = await api.post('/api/backups/trigger', '{}', { 'content-encoding': 'gzip' });
    await expectProblem(response, 415, { code: 'unsupported-media-type' });
  });

  it('as a path is refused: 404 where nothing is, 400 where it cannot be decoded', async () => {
    const api = await serve();
    for (const path of [
      '/api',
      '/api/backups',
      '/api/backups/a/b/c',
      '/nowhere',
      '//',
      '/api/backups/schedule/',
    ]) {
      await expectProblem(await api.get(path), 404, { code: 'path-not-found', instance: path });
    }
    await expectProblem(await api.get('/api/backups/%ff'), 400, { code: 'invalid-request' });
    await expectProblem(await api.get('/api/workers?a=%zz'), 400, { code: 'invalid-request' });
  });

  it('as a method is refused with 405 and those that are allowed', async () => {
    const api = await serve();
    const authorization = `Bearer ${api.keys.admin}`;
    for (const { path } of endpoints) {
      const response = await fetch(api.url + path, { method: 'PATCH', headers: { authorization } });
      expect(response.headers.get('allow')).toMatch(/OPTIONS$/);
      await expectProblem(response, 405, { code: 'method-not-allowed' });
    }
    const options = await fetch(`${api.url}/api/session`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, DELETE, OPTIONS']);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
      400,
    ],
    ['an absolute address', 'GET http://[/api/workers HTTP/1.1\r\nhost: a\r\n\r\n', 400],
    ['a star', 'GET * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 404],
  ])('as bytes on the wire is answered as a problem: %s', async (_what, text, status) => {
    const answer = await raw(await serve(), text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/content-type: application\/problem\+json/i);
  });

  it('never makes the API fail, whatever it is (property)', async () => {
    const api = await serve();
    const path = fc.oneof(
      fc.constantFrom(
        ...endpoints.map((endpoint) => endpoint.path),
        '/board',
        '/board/api/queues',
        '/login',
        '/',
      ),
      fc.webPath(),
      fc.string().map((text) => `/api/backups/${encodeURIComponent(text)}`),
      fc.string({ unit: 'binary-ascii' }).map((text) => `/${text.replaceAll(/[^\x21-\x7e]/g, '%')}`),
    );
    const name = fc.oneof(
      fc.constantFrom('limit', 'from', 'cursor', '__proto__', 'constructor', 'backupType', 'page', 'status'),
      fc.string(),
    );
    const query = fc
      .array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 3 })
      .map((pairs) =>
        pairs
          .map(([key, value]) => `${encodeURIComponent(key)}=${value.replaceAll(/[^\x21-\x7e]/g, '%e')}`)
          .join('&'),
      );
    const body = fc.oneof(fc.json(), fc.string(), fc.constant('{"backupType":"duckdb"}'));
    const type = fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16', '');
    const header = fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll(/[^\x21-\x7e]/g, ''));
    const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(
        fc.record({ path, query, body, type, header, method, known: fc.boolean() }),
        async (given) => {
          const bodiless = ['GET', 'HEAD'].includes(given.method);
          const response = await fetch(`${api.url}${given.path}?${given.query}`, {
            method: given.method,
            redirect: 'manual',
            headers: {
              'content-type': given.type,
              'idempotency-key': given.header,
              'last-event-id': given.header,
              cookie: `backup_session=${given.header}`,
              ...(given.known && { authorization: `Bearer ${api.keys.admin}` }),
            },
            ...(!bodiless && { body: given.body }),
          });
          const text = await response.text();
          expect(response.status).toBeLessThan(500);
          // The board speaks to its own page in a form of its own; the sign-in page speaks to people.
          const page = given.path === '/login' || given.path.startsWith('/board/');
          if (response.status < 400 || page) return;
          expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
          if (given.method !== 'HEAD') expect(JSON.parse(text)).toMatchObject({ status: response.status });
          expect(text).not.toMatch(/\.[jt]s:\d+|node_modules/);
        },
      ),
      { numRuns },
    );
  });
});

describe('an error that nobody foresaw', () => {
  it('says a reference and nothing else; the log has the stack under it', async () => {
    const api = await serve({
      heartbeats: { readHeartbeats: () => Promise.reject(new Error('secret detail')) },
    });
    const response = await api.get('/api/workers');
    const problem = (await response.json()) as { reference: string; detail: string };
    expect(response.status).toBe(500);
    expect(problem).toMatchObject({
      code: 'internal',
      detail: expect.stringContaining(problem.reference) as unknown,
    });
    expect(JSON.stringify(problem)).not.toContain('secret');
    const [line] = api.lines.filter(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ reference: problem.reference, error: 'secret detail' });
    expect(line?.fields['stack']).toMatch(/hostile-input/);
  });

  it('is told apart from a Redis that does not answer', async () => {
    const lost = Object.assign(new Error('Reached the max retries'), { name: 'MaxRetriesPerRequestError' });
    const api = await serve({ exclusion: { admissions: () => Promise.reject(lost) } });
    const response = await api.get('/api/backups/01KAVQ0000000000000000000A');
    await expectProblem(response, 503, { code: 'redis-unavailable' });
  });
});
