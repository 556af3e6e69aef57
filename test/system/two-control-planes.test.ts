import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { patience, type Api } from '../support/scheduler-api.ts';
import { type Site, type SiteProcess, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

const oftenParquet = {
  schedule: { tick: 'PT2S' },
  schedules: [
    { name: 'duckdb-full', enabled: false },
    { name: 'duckdb-incremental', enabled: false },
    { name: 'parquet-replication', every: 'PT5S', retry: { initialDelay: 'PT1S', jitter: 0 } },
  ],
  sources: { duckdb: { file: '' }, kms: { kind: 'none', file: '' } },
};

function startControlPlane({ run, folder }: Site, name: string, changes: object = {}): Promise<SiteProcess> {
  const metadata = { file: join(folder.root, 'state', `metadata-${name}.duckdb`) };
  return run(['control-plane'], { ...oftenParquet, metadata, ...changes });
}

async function leads(api: Api): Promise<boolean> {
  const { checks } = await api.json<{ checks: { name: string; detail: string }[] }>('/api/health');
  return checks.some(({ name, detail }) => name === 'leader' && detail.startsWith('this one'));
}

async function completedSlots(api: Api): Promise<string[]> {
  return (await api.history()).flatMap(({ slot, status }) => (slot && status === 'completed' ? [slot] : []));
}

/** The newest slot that has completed, once it is after `slot`. */
function slotAfter(api: Api, slot: string): Promise<string> {
  return until(
    `a slot after ${slot} has completed`,
    async () => (await completedSlots(api)).find((completed) => completed > slot),
    patience,
  );
}

describe('two control planes whose leader is killed with -9', () => {
  it('the other takes over and goes on ticking, no slot runs twice, and both tell the same', async () => {
    const here = await site();
    const planes = [await startControlPlane(here, 'a'), await startControlPlane(here, 'b')];
    await here.run(['worker', 'parquet'], oftenParquet);
    for (const { api } of planes) await api.ready();
    const leader = await until('one leads', async () => {
      for (const plane of planes) if (await leads(plane.api)) return plane;
      return undefined;
    });
    const other = planes.find((plane) => plane !== leader);
    if (other === undefined) throw new Error('both lead');
    const before = await slotAfter(leader.api, '');
    await other.api.shows('the follower knows of it', { slot: before, status: 'completed' });

    leader.child.kill('SIGKILL');
    await until('the other leads', () => leads(other.api), patience);
    await slotAfter(other.api, await slotAfter(other.api, new Date().toISOString()));
    expect(await other.end()).toBe(0);

    // Nothing new from here on, so that both can be compared.
    const still = { schedule: { enabled: false } };
    const again = [await startControlPlane(here, 'a', still), await startControlPlane(here, 'b', still)];
    for (const { api } of again) await api.ready();
    const histories: unknown[] = [];
    for (const { api } of again) histories.push(await expectSettled(api, here.folder.store));
    expect(histories[0]).toEqual(histories[1]);
    const [last] = again;
    const slots = last === undefined ? [] : await completedSlots(last.api);
    expect(slots.length).toBeGreaterThan(2);
    expect(slots).toEqual([...new Set(slots)]);
  }, 400_000);
});
