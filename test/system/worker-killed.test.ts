import { describe, expect, it } from '@jest/globals';
import type { Api } from '../support/scheduler.ts';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();
const onlyDuckdbFull = {
  schedules: [
    { name: 'duckdb-full', retry: { initialDelay: 'PT1S', jitter: 0 } },
    ...['duckdb-incremental', 'parquet-replication', 'kms-keys'].map((name) => ({ name, enabled: false })),
  ],
};

async function killWorker(api: Api, attempt: number): Promise<void> {
  const worker = await until(
    'the attempt runs',
    async () => {
      const busy = await api.busy('duckdb');
      return busy.busyWith?.attempt === attempt && busy;
    },
    60_000,
  );
  process.kill(worker.pid, 'SIGKILL');
}

describe('a worker killed with -9', () => {
  it('once: the backup is closed as failed and the plan completes it with the next attempt', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api } = await run(['start'], onlyDuckdbFull);
    await api.ready();
    await killWorker(api, 1);
    const done = await until(
      'the second attempt is complete',
      async () => {
        const [backup] = await api.history();
        return backup?.status === 'completed' && backup;
      },
      60_000,
    );
    expect(done.attempt).toBe(2);
    const events = await api.json<{ kind: string; error?: { code: string } }[]>(
      `/api/backups/${done.id}/events`,
    );
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'requested')).toEqual([
      'started',
      'failed',
      'started',
      'completed',
    ]);
    expect(events.find(({ kind }) => kind === 'failed')?.error?.code).toBe('worker-died');
  }, 150_000);

  it('twice: the backup is closed all the same, and completed by a third attempt', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api } = await run(['start'], onlyDuckdbFull);
    await api.ready();
    await killWorker(api, 1);
    await killWorker(api, 2);
    const done = await until(
      'the third attempt is complete',
      async () => {
        const [backup] = await api.history();
        return backup?.status === 'completed' && backup;
      },
      90_000,
    );
    expect(done.attempt).toBe(3);
    expect(await api.history()).toHaveLength(1);
  }, 180_000);
});
