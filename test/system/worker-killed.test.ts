import { describe, expect, it } from '@jest/globals';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import type { Api } from '../support/scheduler-api.ts';
import { onlyDuckdb, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';

const site = schedulerSites();

async function killWorker(api: Api, attempt: number): Promise<void> {
  process.kill((await api.busy('duckdb', attempt)).pid, 'SIGKILL');
}

describe('a worker killed with -9', () => {
  it('once: the backup is closed as failed and the plan completes it with the next attempt', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api } = await run(['start'], onlyDuckdb);
    await api.ready();
    await killWorker(api, 1);
    const done = await api.shows('the second attempt is complete', { status: 'completed' });
    expect(done.attempt).toBe(2);
    const events = await api.events(done.id);
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'requested')).toEqual([
      'started',
      'failed',
      'started',
      'completed',
    ]);
    expect(events.find(({ kind }) => kind === 'failed')?.error?.code).toBe('worker-died');
    await expectSettled(api, folder.store);
  }, 300_000);

  it('twice: the backup is closed all the same, and completed by a third attempt', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api } = await run(['start'], onlyDuckdb);
    await api.ready();
    await killWorker(api, 1);
    await killWorker(api, 2);
    const done = await api.shows('the third attempt is complete', { status: 'completed' });
    expect(done.attempt).toBe(3);
    expect(await expectSettled(api, folder.store)).toHaveLength(1);
  }, 300_000);
});
