import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeScratchFolder, markScratchFolder, sweepScratchFolders } from '../../workers/scratch-folder.ts';
import { anOrder } from '../support/orders.ts';
import { scratchFolders } from '../support/scratch.ts';
import { SettableClock } from '../support/settable-clock.ts';

const scratch = scratchFolders();

describe('scratch folders', () => {
  it('are private, empty, and apart for each attempt', async () => {
    const root = await scratch();
    const order = anOrder('duckdb-full');
    const folder = await makeScratchFolder(root, order);
    await writeFile(join(folder, 'rest'), 'of an earlier life');
    expect(await makeScratchFolder(root, order)).toBe(folder);
    expect(await readdir(folder)).toEqual([]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await makeScratchFolder(root, { ...order, attempt: 2 })).not.toBe(folder);
  });

  it('of dead workers are swept, those of living ones are not', async () => {
    const root = await scratch();
    const clock = new SettableClock();
    const parent = join(root, 'duckdb');
    const [living, gone] = [`${hostname()},${process.ppid},A.1`, `${hostname()},4194304,B.1`];
    const [marked, unmarked] = ['elsewhere,1,C.1', 'elsewhere,1,D.1'];
    for (const name of [living, gone, marked, unmarked]) {
      await mkdir(join(parent, name, 'within'), { recursive: true });
      await utimes(join(parent, name), 0, 0);
    }
    await markScratchFolder(join(parent, marked), clock);
    clock.tick(59 * 60 * 1000);
    const own = await makeScratchFolder(root, anOrder('duckdb-full'));
    const swept = await sweepScratchFolders(root, 'duckdb', clock);
    expect(swept.toSorted()).toEqual([gone, unmarked, own.slice(parent.length + 1)].toSorted());
    expect((await readdir(parent)).toSorted()).toEqual([living, marked].toSorted());
  });
});
