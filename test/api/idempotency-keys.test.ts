import { describe, expect, it } from '@jest/globals';
import { testApis } from '../support/api.ts';
import { sampleRecord } from '../support/backups.ts';

const serve = testApis();
const id = sampleRecord().id;

describe('Idempotency-Keys', () => {
  it('keep callers apart whose names hold slashes', async () => {
    const kept: (string | undefined)[] = [];
    const api = await serve({
      accessTokens: {
        verify: (token) => Promise.resolve({ name: token.replaceAll('.', '/'), role: 'admin' }),
      },
      routes: {
        triggerBackup: (_body, _who, idempotencyKey) => {
          kept.push(idempotencyKey);
          return Promise.resolve({ backupId: id, status: 'dispatched' });
        },
      },
    });
    const ask = (token: string, key: string) =>
      api.post(
        '/api/backups/trigger',
        { backupType: 'duckdb' },
        { authorization: `Bearer ${token}`, 'idempotency-key': key },
      );
    await ask('.team', 'nightly/1');
    await ask('.team.nightly', '1');
    expect(new Set(kept).size).toBe(2);
  });
});
