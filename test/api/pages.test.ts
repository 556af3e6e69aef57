import { describe, expect, it } from '@jest/globals';
import { type TestApi, testApis } from '../support/api.ts';
import { sampleAdmission, sampleOrder, sampleRecord, sampleSchedule } from '../support/backups.ts';

const serve = testApis();
const browser = { accept: 'text/html,application/xhtml+xml' };

function signIn(api: TestApi, fields: Record<string, string>): Promise<Response> {
  return fetch(`${api.url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
}

describe('the pages', () => {
  it('send a browser without a session to sign in, and a program its error', async () => {
    const api = await serve();
    const status = await fetch(api.url, { redirect: 'manual', headers: browser });
    expect([status.status, status.headers.get('location')]).toEqual([303, '/login']);
    const board = await fetch(`${api.url}/board`, { redirect: 'manual', headers: browser });
    expect([board.status, board.headers.get('location')]).toEqual([303, '/login?next=%2Fboard']);
    expect((await fetch(api.url)).status).toBe(401);
  });

  it('show schedules with their reason, what runs, and the history to who has signed in', async () => {
    const hostile = '<script>alert(1)</script>';
    const lastVerification = {
      ...({ level: 1, reached: 1, result: 'damaged' } as const),
      ...{ id: '01KAVQ0000000000000000000V', endTime: '2026-01-01T00:00:00.000Z' },
    };
    const api = await serve({
      routes: {
        backupSchedule: () =>
          Promise.resolve({
            enabled: true,
            lockScope: 'global',
            schedules: [sampleSchedule({ reason: hostile })],
          }),
        backupHistory: () =>
          Promise.resolve({
            items: [
              sampleRecord({ status: 'failed', errorMessage: hostile }),
              sampleRecord({ status: 'damaged', damage: 'its object x is missing', lastVerification }),
            ],
            nextCursor: null,
          }),
      },
      exclusion: {
        admissions: () =>
          Promise.resolve([
            sampleAdmission({
              order: sampleOrder({ requestedBy: hostile }),
              progress: { bytes: 1536, at: Date.parse('2026-01-01T00:00:00.000Z') },
            }),
          ]),
      },
    });
    const signedIn = await signIn(api, { key: ` ${api.keys.viewer} `, next: '/' });
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const response = await fetch(api.url, { headers: { cookie, ...browser } });
    const text = await response.text();
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain('duckdb-full');
    expect(text).toContain('1.5 KiB read');
    expect(text).toContain('watcher (viewer)');
    expect(text).toContain('damaged: its object x is missing');
    expect(text).toContain('damaged at level 1');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain(hostile);
  });

  it('say when a key is wrong', async () => {
    const api = await serve();
    for (const fields of [{ key: 'wrong' }, {}, { key: '', next: '/board' }]) {
      const response = await signIn(api, fields);
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('role="alert"');
    }
  });

  it.each([
    ['/board', '/board'],
    ['/board/queue/x', '/board/queue/x'],
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/board//evil', '/board//evil'],
    ['/\\evil.example', '/'],
    ['/board"><script>', '/'],
  ])('lead on from sign-in to nowhere but here: %s', async (next, target) => {
    const api = await serve();
    const response = await signIn(api, { key: api.keys.viewer, next });
    expect(response.headers.get('location')).toBe(target);
    const form = await (await fetch(`${api.url}/login?next=${encodeURIComponent(next)}`)).text();
    expect(form).toContain(`value="${target}"`);
  });

  it('have a script and a style sheet, and nothing else of their folder is served', async () => {
    const api = await serve();
    for (const file of ['/web/status.js', '/web/status.css']) {
      expect((await fetch(api.url + file)).status).toBe(200);
    }
    for (const file of ['/web/', '/web', '/web/layout.ts', '/web/..%2fpackage.json', '/web/%00']) {
      expect((await fetch(api.url + file)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it('sign out', async () => {
    const api = await serve();
    const response = await fetch(`${api.url}/logout`, { method: 'POST', redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login']);
    expect(response.headers.get('set-cookie')).toMatch(/Max-Age=0/);
    expect((await fetch(`${api.url}/logout`)).status).toBe(405);
  });
});
