import { describe, expect, it } from '@jest/globals';
import type { BackupTrigger } from '../../processors/triggering/backup-trigger.ts';
import { validateBackupTrigger } from '../../processors/validate-backup-trigger.ts';
import { anOrder } from '../support/orders.ts';
import { exchangeOf } from '../support/exchange-of.ts';
import { knownTenant, worlds } from '../support/scheduler-world.ts';

const world = worlds();
const duckdb: BackupTrigger = {
  kind: 'duckdb-full',
  type: 'duckdb',
  scope: 'full',
  tenantId: null,
  trigger: 'api',
  requestedBy: 'ops',
};
const kms: BackupTrigger = { ...duckdb, kind: 'kms-keys', type: 'kms' };

describe('validateBackupTrigger', () => {
  it('lets through what can be done', async () => {
    const deps = await world();
    expect(await validateBackupTrigger(exchangeOf(duckdb), deps)).toBe(duckdb);
    const forTenant = { ...kms, tenantId: knownTenant };
    expect(await validateBackupTrigger(exchangeOf(forTenant), deps)).toBe(forTenant);
    expect(await deps.allEvents()).toEqual([]);
  });

  it.each(['waiting', 'dispatched', 'running'] as const)(
    'refuses a type whose backup is %s, with the id of that',
    async (state) => {
      const deps = await world();
      const order = anOrder('duckdb-incremental');
      if (state === 'waiting') await deps.exclusion.admit(anOrder('kms-keys'), {});
      await deps.exclusion.admit(order, {});
      if (state === 'running') await deps.begin(order);
      await expect(validateBackupTrigger(exchangeOf(duckdb), deps)).rejects.toMatchObject({
        code: 'backup-already-running',
        status: 409,
        facts: { backupType: 'duckdb', backupId: order.backupId, state },
      });
    },
  );

  it('refuses a type without a source', async () => {
    const deps = await world({ configured: ['parquet'] });
    await expect(validateBackupTrigger(exchangeOf(duckdb), deps)).rejects.toMatchObject({
      code: 'source-not-configured',
      status: 409,
      message: expect.stringContaining('sources.duckdb'),
    });
  });

  it('needs a known tenant for KMS, and for KMS alone', async () => {
    const deps = await world();
    await expect(validateBackupTrigger(exchangeOf(kms), deps)).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('Tenant ID required for KMS backup'),
      facts: { field: 'tenantId' },
    });
    const stranger = '11111111-2222-4333-8444-555555555555';
    await expect(
      validateBackupTrigger(exchangeOf({ ...kms, tenantId: stranger }), deps),
    ).rejects.toMatchObject({ code: 'tenant-not-found', status: 404 });
    expect(await validateBackupTrigger(exchangeOf({ ...duckdb, tenantId: stranger }), deps)).toBeDefined();
  });

  it('puts a refusal on record, with who asked and why', async () => {
    const deps = await world({ configured: ['parquet'] });
    await expect(validateBackupTrigger(exchangeOf(duckdb), deps)).rejects.toThrow();
    expect(await deps.allEvents()).toMatchObject([
      {
        kind: 'refused',
        order: { kind: 'duckdb-full', requestedBy: 'ops', trigger: 'api' },
        error: { code: 'source-not-configured' },
      },
    ]);
  });

  it('leaves a request that may be a repetition to the admission', async () => {
    const deps = await world();
    await deps.exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'ops/1' });
    const again = { ...duckdb, idempotencyKey: 'ops/1' };
    expect(await validateBackupTrigger(exchangeOf(again), deps)).toBe(again);
  });
});
