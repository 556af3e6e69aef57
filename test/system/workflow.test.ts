import { describe, expect, it } from '@jest/globals';
import { overlapping } from '../support/overlap.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

describe('full scheduler workflow with all backup types', () => {
  it('runs each schedule once, in order and one at a time, and then each type on demand', async () => {
    const { run, tenantIds } = await site();
    const { api } = await run(['start']);
    await api.ready();
    const scheduled = await until(
      'every schedule has completed',
      async () => {
        const completed = (await api.history()).filter(({ status }) => status === 'completed');
        return completed.length >= 4 && completed;
      },
      90_000,
    );
    const order = scheduled.map(({ schedule }) => schedule).reverse();
    expect(order.toSorted()).toEqual([
      'duckdb-full',
      'duckdb-incremental',
      'kms-keys',
      'parquet-replication',
    ]);
    expect(order.indexOf('duckdb-full')).toBeLessThan(order.indexOf('duckdb-incremental'));
    expect(order.indexOf('duckdb-incremental')).toBeLessThan(order.indexOf('parquet-replication'));

    for (const body of [
      { backupType: 'duckdb', backupScope: 'incremental' },
      { backupType: 'parquet' },
      { backupType: 'kms', tenantId: tenantIds[0] },
    ]) {
      const response = await api.request('/api/backups/trigger', { body });
      expect(response.status).toBe(202);
      const { backupId } = (await response.json()) as { backupId: string };
      const done = await api.reaches(backupId, 'completed');
      expect(done).toMatchObject({ ...body, trigger: 'api', requestedBy: 'quickstart-admin' });
    }
    const history = await api.history();
    expect(history).toHaveLength(7);
    expect(overlapping(history)).toEqual([]);
  }, 150_000);
});
