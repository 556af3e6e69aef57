import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RecoveryRecord } from '../../stores/metadata/recovery-port.ts';
import { differencesBetween } from '../support/duckdb-compare.ts';
import { type Api, patience } from '../support/scheduler-api.ts';
import { onlyDuckdb, schedulerSites } from '../support/scheduler.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

async function ask(api: Api, body: object): Promise<string> {
  const response = await api.request('/api/restores', { body });
  const answer = (await response.json()) as { restoreId: string };
  expect([response.status, answer]).toMatchObject([
    202,
    { plan: { objects: expect.any(Number) as unknown } },
  ]);
  return answer.restoreId;
}

const show = (api: Api, id: string) => api.json<RecoveryRecord>(`/api/restores/${id}`);

function ended(api: Api, id: string): Promise<RecoveryRecord> {
  const look = async () => {
    const record = await show(api, id);
    return (record.status === 'completed' || record.status === 'failed') && record;
  };
  return until(`restore ${id} has ended`, look, patience);
}

describe('a restore over the API', () => {
  it('killed with -9 is closed and leaves no target; asked for again, all of it is there', async () => {
    const { run, folder } = await site();
    const restores = join(folder.root, 'restores');
    const { api } = await run(['start'], { ...onlyDuckdb, restores: { folder: restores } });
    await api.ready();
    const backup = await api.shows('a backup is complete', { status: 'completed' });
    const body = { backupType: 'duckdb', to: 'new/shop.duckdb', reason: 'a bad deploy' };
    expect((await api.request('/api/restores', { body: { ...body, to: '../shop.duckdb' } })).status).toBe(
      400,
    );

    const killed = await ask(api, body);
    const running = await until(
      'it runs',
      async () => {
        const record = await show(api, killed);
        return record.worker === null ? undefined : record;
      },
      patience,
    );
    process.kill(Number(running.worker?.split(':').at(-1)), 'SIGKILL');
    const failed = await ended(api, killed);
    expect(failed).toMatchObject({ status: 'failed', errorCode: 'worker-died', backupId: backup.id });
    const left = await readdir(join(restores, 'new')).catch(() => []);
    expect(left.filter((name) => !name.startsWith('.'))).toEqual([]);

    const done = await ended(api, await ask(api, body));
    expect(done).toMatchObject({
      ...{ status: 'completed', reason: 'a bad deploy', to: join(restores, 'new/shop.duckdb') },
      counts: { tables: expect.any(Number) as unknown },
    });
    expect(await readdir(join(restores, 'new'))).toEqual(['shop.duckdb']);
    expect(await differencesBetween(folder.duckdb, done.to)).toEqual([]);
    expect((await api.request('/api/restores', { body })).status).toBe(409);
  }, 300_000);
});
