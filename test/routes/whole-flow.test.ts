import { afterEach, describe, expect, it } from '@jest/globals';
import { type Runner, startRoutes } from '../../engine/start-routes.ts';
import { type BackupType, backupTypes } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { backupScheduler } from '../../queues/backup-scheduler.ts';
import { backupTriggersDeadLetter } from '../../queues/backup-triggers-dead-letter.ts';
import { backupTriggers } from '../../queues/backup-triggers.ts';
import { checkAt, scheduleChecks } from '../../queues/schedule-checks.ts';
import { controlPlaneRoutes, leaderRoutes, workerRoutes } from '../../routes/all-routes.ts';
import { backupHistory, backupSchedule, triggerBackupApi } from '../../routes/direct-endpoints.ts';
import { recordingLog } from '../support/recording-log.ts';
import { testRedis } from '../support/redis.ts';
import { queueInspector } from '../support/run-routes.ts';
import { type World, worlds } from '../support/scheduler-world.ts';
import { until } from '../support/until.ts';

const connection = testRedis();
const running: Runner[] = [];
// Before the metadata is closed, which is in the order of registration.
afterEach(async () => {
  await Promise.all(running.splice(0).map((runner) => runner.stop(5_000)));
});
const world = worlds();

let systems = 0;
/** Control plane, leader and four workers on the queues of one Redis; what a worker does is up to the test. */
async function system(deps: World, run: (order: BackupOrder) => Promise<unknown>) {
  const prefix = `${connection.prefix}-${++systems}`;
  const { log } = recordingLog();
  const { url } = connection;
  const { clock } = deps;
  const options = { url, prefix, clock, log, timers: { [backupScheduler.name]: 3_600_000 } };
  const control = await startRoutes(controlPlaneRoutes, deps, options);
  running.push(control);
  const work = (type: BackupType) =>
    startRoutes(
      [workerRoutes[type]],
      {
        backups: {
          async run(order) {
            await run(order);
            const now = clock.now();
            const check = { at: new Date(now).toISOString(), reason: 'a backup ended' };
            await control.send(scheduleChecks, check, checkAt(now, now));
          },
        },
      },
      options,
    );
  running.push(...(await Promise.all(backupTypes.map(work))));
  return {
    prefix,
    control,
    lead: async () => running.push(await startRoutes(leaderRoutes, deps, options)),
  };
}

const asked = (backupType: string) => ({ body: { backupType }, trigger: 'api' as const, requestedBy: 'ops' });

describe('the routes together', () => {
  it('run every schedule once from one tick: each end brings the next', async () => {
    const deps = await world();
    const ran: string[] = [];
    const { lead, control } = await system(deps, async (order) => {
      await deps.complete(order);
      ran.push(order.kind);
    });
    await lead();
    await until('all five ran', () => ran.length === 5);
    expect(new Set(ran).size).toBe(5);
    const { schedules } = await control.request(backupSchedule, {});
    expect(schedules.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'disabled']);
    const { items } = await control.request(backupHistory, {});
    expect(items.map(({ status }) => status)).toEqual(Array(5).fill('completed'));
  });

  it('let one of two simultaneous triggers in', async () => {
    const deps = await world();
    const began: string[] = [];
    const { control } = await system(deps, (order) => Promise.resolve(began.push(order.backupId)));
    const results = await Promise.allSettled(
      [1, 2].map(() => control.request(triggerBackupApi, asked('duckdb'))),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await until('its work began', () => began.length > 0);
    expect(results).toContainEqual({
      status: 'fulfilled',
      value: { backupId: began[0], status: 'dispatched' },
    });
  });

  it('take a trigger from the queue, and put an impossible one aside with the reason', async () => {
    const deps = await world();
    const began: BackupOrder[] = [];
    const { control, prefix } = await system(deps, (order) => Promise.resolve(began.push(order)));
    await control.send(backupTriggers, { backupType: 'parquet', requestedBy: 'billing' });
    await until('its work began', () => began.length === 1);
    expect(began[0]).toMatchObject({ kind: 'parquet-replication', trigger: 'queue', requestedBy: 'billing' });

    await control.send(backupTriggers, { backupType: 'kms' });
    await control.send(backupTriggers, { backupType: 'oracle' } as never);
    const { jobs } = queueInspector({ redis: connection.redis, prefix });
    const letters = await until('both are dead', async () => {
      const found = await jobs(backupTriggersDeadLetter.name, 'waiting');
      return found.length === 2 && found;
    });
    expect(letters.map(({ data }) => data as unknown)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          payload: { backupType: 'kms' },
          error: { code: 'invalid-request', message: expect.stringContaining('Tenant ID required') },
          route: 'trigger-backup-queue',
        }),
        expect.objectContaining({
          payload: { backupType: 'oracle' },
          error: { code: 'invalid-message', message: expect.stringContaining('field backupType') },
        }),
      ]),
    );
  });

  it('dispatch what waited when the other has ended', async () => {
    const deps = await world({ schedules: [] });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const ended: string[] = [];
    const { control, lead } = await system(deps, async (order) => {
      if (order.type === 'duckdb') await released;
      await deps.complete(order);
      ended.push(order.type);
    });
    await lead();
    await control.request(triggerBackupApi, asked('duckdb'));
    const second = await control.request(triggerBackupApi, asked('parquet'));
    expect(second.status).toBe('queued');
    release();
    await until('both ended', () => ended.length === 2);
    expect(ended).toEqual(['duckdb', 'parquet']);
  });
});
