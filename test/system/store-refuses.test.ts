import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { onlyDuckdb, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

describe('an object store that refuses in mid-run', () => {
  it('fails the backup with its reason, leaves nothing half-done, and the retry completes once it is back', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const { api } = await run(['start'], onlyDuckdb);
    await api.ready();
    const { busyWith } = await api.busy('duckdb');
    const id = busyWith?.backupId ?? '';
    // Root may write into any folder; nobody can into a file.
    await rename(folder.store, `${folder.store}.away`);
    await writeFile(folder.store, '');
    const failed = await api.reaches(id, 'failed');
    expect(failed.errorCode).toBe('store-unavailable');
    expect(failed.errorMessage).toMatch(/store/);

    await rm(folder.store);
    await rename(`${folder.store}.away`, folder.store);
    const done = await api.reaches(id, 'completed');
    expect(done.attempt).toBeGreaterThan(1);
    // The control plane stores events there meanwhile.
    const uploads = join(folder.store, '.store', 'uploads');
    await until('no upload is left', async () => (await readdir(uploads)).length === 0);
    expect(await expectSettled(api, folder.store)).toHaveLength(1);
  }, 300_000);
});
