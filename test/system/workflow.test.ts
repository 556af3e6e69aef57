import { describe, expect, it } from '@jest/globals';
import { makeSampleLedger } from '../../app/quickstart/sample-ledger.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

describe('full scheduler workflow with all backup types', () => {
  it('runs each schedule once, in order and one at a time, and then each type on demand', async () => {
    const { run, tenantIds, folder } = await site();
    await makeSampleLedger(loadConfiguration({ file: folder.configuration, environment: {} }));
    const { api } = await run(['start'], {
      sources: { tigerbeetle: { kind: 'redis' } },
      schedules: [
        { name: 'kms-keys', enabled: true },
        { name: 'tigerbeetle-logs', every: 'PT6H' },
      ],
    });
    await api.ready();
    const scheduled = await until(
      'every schedule has completed',
      async () => {
        const completed = (await api.history()).filter(({ status }) => status === 'completed');
        return completed.length >= 6 && completed;
      },
      patience,
    );
    const order = scheduled.map(({ schedule }) => schedule).reverse();
    expect(order.toSorted()).toEqual([
      'duckdb-full',
      'duckdb-incremental',
      'kms-keys',
      'parquet-replication',
      'tigerbeetle-logs',
      'tigerbeetle-snapshot',
    ]);
    expect(order.indexOf('duckdb-full')).toBeLessThan(order.indexOf('duckdb-incremental'));
    expect(order.indexOf('duckdb-incremental')).toBeLessThan(order.indexOf('parquet-replication'));

    for (const body of [
      { backupType: 'tigerbeetle', backupScope: 'full' },
      { backupType: 'tigerbeetle', backupScope: 'incremental' },
      { backupType: 'duckdb', backupScope: 'incremental' },
      { backupType: 'parquet' },
      { backupType: 'kms', tenantId: tenantIds[0] },
    ]) {
      const backupId = await api.trigger(body);
      const done = await api.reaches(backupId, 'completed');
      expect(done).toMatchObject({ ...body, trigger: 'api', requestedBy: 'quickstart-admin' });
    }
    expect(await expectSettled(api, folder.store)).toHaveLength(11);
  }, 300_000);
});
