import { describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

/** First the archive, then the database in full, then what changed in it. */
const archiveFirst = {
  schedules: [
    { name: 'parquet-replication', after: [] },
    { name: 'duckdb-full', after: ['parquet-replication'], retry: { initialDelay: 'PT1S', jitter: 0 } },
    { name: 'duckdb-incremental' },
  ],
  sources: { kms: { kind: 'none', file: '' } },
};

describe('a Redis that loses everything in mid-run', () => {
  it('ends what runs without publishing, keeps what is complete, and goes on with schedules and requests', async () => {
    const { redis, run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api } = await run(['start'], archiveFirst);
    await api.ready();
    const before = await api.shows('the archive is backed up', {
      schedule: 'parquet-replication',
      status: 'completed',
    });
    const running = (await api.busy('duckdb')).busyWith?.backupId ?? '';
    const response = await api.request('/api/backups/trigger', { body: { backupType: 'parquet' } });
    const asked = (await response.json()) as { backupId: string; waitingFor: string };
    expect(asked.waitingFor).toBe(running);
    await until('the request is recorded', async () =>
      (await api.history()).some(({ id }) => id === asked.backupId),
    );
    const connection = new Redis(redis.url);
    const queue = new Queue('backup-scheduler', { connection, prefix: 'backup-scheduler' });
    await connection.flushall();

    await api.reaches(running, 'completed');
    const ends = (await api.events(running)).filter(({ kind }) => kind === 'failed' || kind === 'completed');
    expect(ends.map(({ error }) => error?.code)).toEqual(['lock-lost', undefined]);
    await api.reaches(asked.backupId, 'completed');
    await api.shows('the next schedule has run', { schedule: 'duckdb-incremental', status: 'completed' });
    await until(
      'the timer is armed again',
      async () => (await queue.getJobScheduler('backup-scheduler')) !== undefined,
      patience,
    );
    await queue.close();
    connection.disconnect();
    const history = await expectSettled(api, folder.store);
    expect(history).toContainEqual(before);
    expect(history.filter(({ schedule }) => schedule !== null)).toHaveLength(3);
    expect(history).toHaveLength(4);
  }, 300_000);
});
