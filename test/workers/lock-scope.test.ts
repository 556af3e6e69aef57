import { describe, expect, it } from '@jest/globals';
import { anOrder } from '../support/orders.ts';
import { testRedis } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';
import { workerSites } from '../support/worker-site.ts';

const { url, prefix: filePrefix } = testRedis();
const siteOf = workerSites(scratchFolders());

describe('workers of two types', () => {
  it('work at the same time when each type has its lock', async () => {
    const here = await siteOf({ url, prefix: `${filePrefix}-type`, lockScope: 'type' });
    const [duckdb, parquet] = [anOrder('duckdb-full'), anOrder('parquet-replication')];
    await Promise.all([here.worker(), here.worker({ type: 'parquet' })]);
    await here.dispatch(duckdb);
    await here.dispatch(parquet);
    await here.running(duckdb);
    await here.running(parquet);
    expect((await here.exclusion.admissions()).filter(({ held }) => held)).toHaveLength(2);
    await here.goOn();
    await here.event(duckdb, 'completed');
    await here.event(parquet, 'completed');
  });

  it('work one after the other when there is one lock for all', async () => {
    const here = await siteOf({ url, prefix: `${filePrefix}-global`, lockScope: 'global' });
    const [duckdb, parquet] = [anOrder('duckdb-full'), anOrder('parquet-replication')];
    await Promise.all([here.worker(), here.worker({ type: 'parquet' })]);
    await here.dispatch(duckdb);
    await here.running(duckdb);
    expect(await here.exclusion.admit(parquet, {})).toEqual({ outcome: 'waiting', behind: duckdb.backupId });
    // Whatever a queue may deliver: what is not dispatched is not begun.
    await here.deliveries.redeliver(parquet);
    expect(await here.exclusion.promote(parquet.backupId)).toBe(false);
    await here.goOn();
    await here.event(duckdb, 'completed');
    expect(await here.exclusion.promote(parquet.backupId)).toBe(true);
    await here.deliveries.redeliver(parquet);
    await here.event(parquet, 'completed');
    expect(await here.kinds()).toEqual([
      'duckdb.1.requested',
      'duckdb.1.started',
      'parquet.1.requested',
      'duckdb.1.completed',
      'parquet.1.started',
      'parquet.1.completed',
    ]);
  });
});
