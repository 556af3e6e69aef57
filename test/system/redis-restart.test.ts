import { describe, expect, it } from '@jest/globals';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { onlyDuckdb, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';

const site = schedulerSites();

/** How often Redis restarts during the backup. */
const restarts = process.env['SOAK'] === '1' ? 10 : 1;

describe('a Redis that restarts in mid-run', () => {
  it('loses nothing: the work goes on, later triggers are taken, and nothing is left running', async () => {
    const { redis, run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api, child } = await run(['start'], onlyDuckdb);
    await api.ready();
    const { busyWith } = await api.busy('duckdb');
    for (let times = 0; times < restarts; times += 1) {
      await redis.restart();
      await api.ready();
    }
    const scheduled = await api.reaches(busyWith?.backupId ?? '', 'completed');
    expect(scheduled.schedule).toBe('duckdb-full');

    const asked = await api.trigger({ backupType: 'duckdb', backupScope: 'incremental' });
    await api.reaches(asked, 'completed');
    expect(child.exitCode).toBeNull();
    expect(await expectSettled(api, folder.store)).toHaveLength(2);
  }, 300_000);
});
