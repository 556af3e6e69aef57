import { describe, expect, it } from '@jest/globals';
import { sessionMs } from '../../api/auth/session-cookie.ts';
import { type TestApi, testApis } from '../support/api.ts';

const serve = testApis();

async function signedIn(api: TestApi, key = api.keys.admin): Promise<string> {
  const response = await api.post('/api/session', { key }, { authorization: '' });
  expect(response.status).toBe(200);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

describe('a session', () => {
  it('is a cookie that scripts cannot read and other sites cannot send', async () => {
    const api = await serve({ secureCookies: true });
    const response = await api.post('/api/session', { key: api.keys.viewer }, { authorization: '' });
    expect(await response.json()).toEqual({
      name: 'watcher',
      role: 'viewer',
      expiresAt: '2026-01-01T01:00:00.000Z',
    });
    expect(response.headers.get('set-cookie')).toMatch(/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('lets its browser do what the key may, for an hour', async () => {
    const api = await serve();
    const cookie = await signedIn(api);
    const ask = async () => (await fetch(`${api.url}/api/workers`, { headers: { cookie } })).status;
    expect(await ask()).toBe(200);
    api.clock.tick(sessionMs - 1);
    expect(await ask()).toBe(200);
    api.clock.tick(1);
    expect(await ask()).toBe(401);
  });

  it('ends with its key, also when another takes the name', async () => {
    const api = await serve();
    const { key } = await api.apiKeys.create('brief', 'viewer');
    const cookie = await signedIn(api, key);
    await api.apiKeys.revoke('brief');
    await api.apiKeys.create('brief', 'viewer');
    expect((await fetch(`${api.url}/api/workers`, { headers: { cookie } })).status).toBe(401);
  });

  it('is refused when a byte of it was changed', async () => {
    const api = await serve();
    const cookie = await signedIn(api);
    const [payload = '', signature = ''] = cookie.split('.');
    const forged = [
      `${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      `${payload.slice(0, -1)}.${signature}`,
      payload,
      `${cookie}.x`,
      'backup_session=.',
    ];
    for (const changed of forged) {
      expect((await fetch(`${api.url}/api/workers`, { headers: { cookie: changed } })).status).toBe(401);
    }
  });

  it('triggers nothing for another site', async () => {
    const api = await serve();
    const cookie = await signedIn(api);
    const trigger = async (headers: Record<string, string>) =>
      (await api.post('/api/backups/trigger', { backupType: 'duckdb' }, { cookie, ...headers })).status;
    const without = { 'content-type': 'application/json', cookie };
    const send = async (headers: Record<string, string>) =>
      (
        await fetch(`${api.url}/api/backups/trigger`, {
          method: 'POST',
          headers: { ...without, ...headers },
          body: '{"backupType":"duckdb"}',
        })
      ).status;
    expect(await trigger({})).toBe(202);
    expect(await send({})).toBe(202);
    expect(await send({ origin: api.url })).toBe(202);
    expect(await send({ origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(await send({ origin: 'null' })).toBe(403);
    expect(await send({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('is not given for a wrong key, which is logged', async () => {
    const api = await serve();
    const response = await api.post('/api/session', { key: 'wrong' });
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(api.lines).toContainEqual(expect.objectContaining({ message: 'a sign-in was refused' }));
  });

  it('is removed from the browser when it signs out', async () => {
    const api = await serve();
    const response = await fetch(`${api.url}/api/session`, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toMatch(/^backup_session=; Path=\/; Max-Age=0/);
  });
});
