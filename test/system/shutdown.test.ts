import { describe, expect, it } from '@jest/globals';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { childrenOf, runs } from '../support/processes.ts';
import { onlyDuckdb, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

describe('a scheduler that is stopped in mid-run', () => {
  it('by SIGTERM: ends within 30 s with exit code 0 and no child left, and the next start completes the backup', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const first = await run(['start'], onlyDuckdb);
    await first.api.ready();
    const { busyWith } = await first.api.busy('duckdb');
    const children = await childrenOf(first);
    // Control plane, DuckDB worker, verification worker.
    expect(children).toHaveLength(3);
    const asked = performance.now();
    expect(await first.end()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(30_000);
    expect(children.filter(runs)).toEqual([]);

    const { api } = await run(['start'], onlyDuckdb);
    await api.ready();
    const id = busyWith?.backupId ?? '';
    const done = await api.reaches(id, 'completed');
    const failures = (await api.events(id)).flatMap(({ error }) => error?.code ?? []);
    expect(failures).toEqual(done.attempt === 1 ? [] : ['backup-interrupted']);
    expect(await expectSettled(api, folder.store)).toHaveLength(1);
  }, 300_000);

  it('by kill -9 of the supervisor: its children end by themselves, and the next start completes the backup', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const first = await run(['start'], onlyDuckdb);
    await first.api.ready();
    const { busyWith } = await first.api.busy('duckdb');
    const children = await childrenOf(first);
    first.child.kill('SIGKILL');
    await until('its children have ended', () => !children.some(runs), 60_000);

    const { api } = await run(['start'], onlyDuckdb);
    await api.ready();
    await api.reaches(busyWith?.backupId ?? '', 'completed');
    expect(await expectSettled(api, folder.store)).toHaveLength(1);
  }, 300_000);
});
