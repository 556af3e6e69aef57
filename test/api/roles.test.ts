import { describe, expect, it } from '@jest/globals';
import { roles } from '../../api/auth/roles.ts';
import { endpoints } from '../../api/endpoints.ts';
import { testApis } from '../support/api.ts';

const serve = testApis();

/** What each role may do, written out again: a change of the table must be meant. */
const least = {
  triggerBackup: 'admin',
  backupSchedule: 'viewer',
  backupHistory: 'viewer',
  showBackup: 'viewer',
  backupEvents: 'viewer',
  backupProgress: 'viewer',
  startVerification: 'operator',
  listVerifications: 'viewer',
  showVerification: 'viewer',
  startRestore: 'admin',
  listRestores: 'viewer',
  showRestore: 'viewer',
  restoreProgress: 'viewer',
  workers: 'viewer',
  live: 'anyone',
  ready: 'anyone',
  health: 'anyone',
  startSession: 'anyone',
  endSession: 'anyone',
  openapi: 'anyone',
};

describe('the roles', () => {
  it('are given to every endpoint as they should be', () => {
    expect(Object.fromEntries(endpoints.map(({ id, role }) => [id, role]))).toEqual(least);
  });

  it.each(endpoints)('guard $method $path', async ({ method, path, role }) => {
    const api = await serve();
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(api.url + path.replaceAll(/\{\w+\}/g, '01KAVQ0000000000000000000A'), {
        method,
        headers,
      });
      await response.body?.cancel();
      return response;
    };
    const anonymous = await ask({});
    expect(anonymous.status === 401).toBe(role !== 'anyone');
    if (role === 'anyone') return;
    expect(anonymous.headers.get('www-authenticate')).toMatch(/^Bearer/);
    for (const holder of roles) {
      const { status } = await ask({ authorization: `Bearer ${api.keys[holder]}` });
      expect([401, 403].includes(status)).toBe(roles.indexOf(holder) < roles.indexOf(role));
    }
  });

  it('are named when one is missing, and the refusal is logged with who asked', async () => {
    const api = await serve();
    const response = await api.post(
      '/api/backups/trigger',
      { backupType: 'duckdb' },
      { authorization: `Bearer ${api.keys.viewer}` },
    );
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'forbidden', needed: 'admin', role: 'viewer' });
    expect(api.lines).toContainEqual({
      level: 'warn',
      fields: expect.objectContaining({
        audit: 'refused',
        who: 'watcher',
        path: '/api/backups/trigger',
      }) as unknown,
      message: 'a request was refused',
    });
  });

  it('need a key that is known, whatever the header says', async () => {
    const api = await serve();
    const revoked = await api.apiKeys.create('gone', 'admin');
    await api.apiKeys.revoke('gone');
    for (const authorization of [
      'Bearer wrong',
      `Bearer ${revoked.key}`,
      `Basic ${api.keys.admin}`,
      'Bearer',
      '',
    ]) {
      const response = await api.get('/api/workers', { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    }
  });
});
