import { getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { schedulerSites } from '../support/scheduler.ts';
import { until } from '../support/until.ts';

const newSite = schedulerSites();

describe('workers', () => {
  it('give way to other processes as far as they are told, but for the one that restores', async () => {
    const site = await newSite();
    const own = getPriority();
    const start = async (kind: string) => {
      const worker = await site.run(['worker', kind], {
        worker: { niceness: own + 3 },
        restores: { folder: join(site.folder.root, 'restored') },
      });
      const output = () => worker.output().catch(() => 'not there yet');
      await until(`${kind} waits for work`, async () => (await output()).includes('waiting for work'));
      return getPriority(worker.child.pid);
    };
    expect(await start('duckdb')).toBe(own + 3);
    expect(await start('verification')).toBe(own + 3);
    expect(await start('restore')).toBe(own);
  });
});
