import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Job, Queue } from 'bullmq';
import { patience, type Api } from '../support/scheduler-api.ts';
import { type Site, type SiteProcess, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(api: Api, body: object, headers: object = {}): Promise<Answer> {
  const response = await api.request('/api/backups/trigger', { body, headers });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const onlyIncrementalFollows = {
  schedules: [
    { name: 'parquet-replication', enabled: false },
    { name: 'kms-keys', enabled: false },
  ],
};

/** Two control planes with duckdb-full dispatched and no worker that would take it, so that all else must wait. */
async function blocked(here: Site): Promise<{ planes: readonly [SiteProcess, SiteProcess]; first: string }> {
  const start = (name: string): Promise<SiteProcess> =>
    here.run(['control-plane'], {
      ...onlyIncrementalFollows,
      metadata: { file: join(here.folder.root, 'state', `metadata-${name}.duckdb`) },
    });
  const planes = [await start('a'), await start('b')] as const;
  for (const { api } of planes) await api.ready();
  const { id } = await planes[0].api.shows('the full backup waits for a worker', {
    schedule: 'duckdb-full',
    status: 'queued',
  });
  return { planes, first: id };
}

async function startWorkers({ run }: Site): Promise<void> {
  for (const type of ['duckdb', 'parquet', 'kms']) await run(['worker', type], onlyIncrementalFollows);
}

describe('backups on demand over two control planes', () => {
  it('of one type at once: one is let in, the other told whose it is; they run before what is due', async () => {
    const here = await site();
    const { planes, first } = await blocked(here);
    const [{ api: left }, { api: right }] = planes;
    const answers = await Promise.all([left, right].map((api) => ask(api, { backupType: 'parquet' })));
    const [letIn, refused] = answers.toSorted((a, b) => a.status - b.status);
    expect(letIn).toMatchObject({ status: 202, body: { status: 'queued', waitingFor: first } });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'backup-already-running', backupId: letIn?.body['backupId'], state: 'waiting' },
    });
    expect(await ask(left, { backupType: 'duckdb' })).toMatchObject({
      status: 409,
      body: { backupId: first },
    });

    const kms = { backupType: 'kms', tenantId: here.tenantIds[0] };
    const key = { 'idempotency-key': 'again-and-again' };
    const once = await ask(left, kms, key);
    const twice = await ask(right, kms, key);
    expect([once.status, twice.status]).toEqual([202, 202]);
    expect(twice.body['backupId']).toBe(once.body['backupId']);

    await startWorkers(here);
    await left.shows('what was due has run', { schedule: 'duckdb-incremental', status: 'completed' });
    const history = await expectSettled(left, here.folder.store);
    const inOrder = history.toSorted((a, b) => (a.startTime ?? '').localeCompare(b.startTime ?? ''));
    expect(inOrder.map(({ schedule, backupType }) => schedule ?? backupType)).toEqual([
      'duckdb-full',
      'parquet',
      'kms',
      'duckdb-incremental',
    ]);
  }, 300_000);

  it('by queue: a message does the same, and what is refused lies among the dead letters with its reason', async () => {
    const here = await site();
    const { planes, first } = await blocked(here);
    const [{ api }] = planes;
    const connection = { host: '127.0.0.1', port: here.redis.port };
    const triggers = new Queue('backup-triggers', { connection, prefix: 'backup-scheduler' });
    const dead = new Queue('backup-triggers-dead-letter', { connection, prefix: 'backup-scheduler' });
    await triggers.add('trigger', { backupType: 'parquet', requestedBy: 'billing' });
    await triggers.add('trigger', { backupType: 'duckdb' });
    await triggers.add('trigger', { backupType: 'paper' });
    const letters = await until(
      'two are refused',
      async () => {
        const jobs: Job[] = await dead.getJobs();
        return jobs.length === 2 && jobs.map(({ data }) => data as { payload: object; error: object });
      },
      patience,
    );
    expect(letters).toContainEqual(
      expect.objectContaining({
        payload: { backupType: 'duckdb' },
        error: { code: 'backup-already-running', message: expect.stringContaining(first) as unknown },
      }),
    );
    expect(letters).toContainEqual(
      expect.objectContaining({
        payload: { backupType: 'paper' },
        error: { code: 'invalid-message', message: expect.stringContaining('backupType') as unknown },
      }),
    );
    await triggers.close();
    await dead.close();

    await startWorkers(here);
    await api.shows('what the message asked for is complete', {
      status: 'completed',
      backupType: 'parquet',
      trigger: 'queue',
      requestedBy: 'billing',
    });
    await api.shows('what was due has run', { schedule: 'duckdb-incremental', status: 'completed' });
    expect(await expectSettled(api, here.folder.store)).toHaveLength(3);
  }, 300_000);
});
