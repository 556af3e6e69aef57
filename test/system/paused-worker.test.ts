import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readClearManifest } from '../../backups/manifests/read-manifest.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { onlyDuckdb, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

describe('a worker paused for longer than its lock', () => {
  it('is closed and replaced by another attempt, and publishes nothing when it comes back', async () => {
    const { run, folder } = await site();
    await enlargeDuckdb(folder.duckdb);
    const control = await run(['control-plane'], onlyDuckdb);
    const { api } = control;
    await api.ready();
    const first = await run(['worker', 'duckdb'], onlyDuckdb);
    await api.busy('duckdb', 1);
    first.child.kill('SIGSTOP');
    await run(['worker', 'duckdb'], onlyDuckdb);
    const done = await api.shows('another attempt is complete', { status: 'completed' });
    expect(done.attempt).toBe(2);

    first.child.kill('SIGCONT');
    await until(
      'the paused worker has noticed',
      async () => (await first.output()).includes('nothing published'),
      60_000,
    );
    await until('it waits for work again', async () =>
      (await api.workers()).find(({ pid, busyWith }) => pid === first.child.pid && busyWith === null),
    );
    const events = await api.events(done.id);
    expect(events.filter(({ kind }) => kind === 'completed')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'failed').map(({ error }) => error?.code)).toEqual([
      'worker-died',
    ]);
    const { header } = await readClearManifest(await createFolderStore(folder.store), 'duckdb', done.id);
    expect(header.attempt).toBe(2);
    expect(await readdir(join(folder.store, 'duckdb', done.id))).toContain('manifest.json');
    expect(await expectSettled(api, folder.store)).toHaveLength(1);
  }, 300_000);
});
