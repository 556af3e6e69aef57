import { describe, expect, it } from '@jest/globals';
import { directCalls } from '../../engine/direct-calls.ts';
import { execute } from '../../engine/execute.ts';
import { controlPlaneRoutes } from '../../routes/all-routes.ts';
import { triggerBackupByApi } from '../../routes/trigger-backup-api.ts';
import { triggerBackupByQueue } from '../../routes/trigger-backup-queue.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { knownTenant, type World, worlds } from '../support/scheduler-world.ts';

const world = worlds();
const byApi = (deps: World, body: unknown) =>
  execute(
    triggerBackupByApi,
    exchangeOf({ body, trigger: 'api', requestedBy: 'ops' }),
    deps,
    directCalls(controlPlaneRoutes, deps),
  );

describe('trigger-backup-api', () => {
  it.each([
    [{ backupType: 'tigerbeetle' }, 'tigerbeetle-backups', 'tigerbeetle-snapshot'],
    [{ backupType: 'tigerbeetle', backupScope: 'incremental' }, 'tigerbeetle-backups', 'tigerbeetle-logs'],
    [{ backupType: 'duckdb' }, 'duckdb-backups', 'duckdb-full'],
    [{ backupType: 'duckdb', backupScope: 'incremental' }, 'duckdb-backups', 'duckdb-incremental'],
    [{ backupType: 'parquet' }, 'parquet-backups', 'parquet-replication'],
    [{ backupType: 'kms', tenantId: knownTenant }, 'kms-backups', 'kms-keys'],
  ])('puts the order for %j on the queue of its worker', async (body, queue, kind) => {
    const deps = await world();
    const { reply, sends } = await byApi(deps, body);
    const [admission] = await deps.exclusion.admissions();
    expect(reply).toEqual({ backupId: admission?.order.backupId, status: 'dispatched' });
    expect(sends.map(({ endpoint, body: order }) => [endpoint.name, order])).toEqual([
      [queue, expect.objectContaining({ kind, trigger: 'api', requestedBy: 'ops', attempt: 1 })],
    ]);
  });

  it('sends nothing for one that waits', async () => {
    const deps = await world();
    await byApi(deps, { backupType: 'duckdb' });
    const { reply, sends } = await byApi(deps, { backupType: 'parquet' });
    expect(reply).toMatchObject({ status: 'queued' });
    expect(sends).toEqual([]);
  });

  it('is refused as a whole when a step refuses', async () => {
    const deps = await world();
    await expect(byApi(deps, { backupType: 'kms' })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await deps.exclusion.admissions()).toEqual([]);
  });
});

describe('trigger-backup-queue', () => {
  const byQueue = (deps: World, body: Parameters<typeof exchangeOf>[0]) =>
    execute(triggerBackupByQueue, exchangeOf(body), deps, directCalls(controlPlaneRoutes, deps));

  it('does the same for a message, once however often it is delivered', async () => {
    const deps = await world();
    const first = await byQueue(deps, { backupType: 'duckdb', requestedBy: 'billing' });
    expect(first.sends).toMatchObject([
      { endpoint: { name: 'duckdb-backups' }, body: { requestedBy: 'billing', trigger: 'queue' } },
    ]);
    const again = await byQueue(deps, { backupType: 'duckdb', requestedBy: 'billing' });
    expect(again.reply).toMatchObject({ outcome: 'repeated' });
    expect(again.sends).toEqual([]);
  });
});
