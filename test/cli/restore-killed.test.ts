import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { cliSites } from '../support/cli-site.ts';
import { digests, writeParquet } from '../support/parquet-archive.ts';
import { backUpArchive } from '../support/real-parquet.ts';
import { scratchFolders } from '../support/scratch.ts';

const site = cliSites(scratchFolders());
const entry = resolve(import.meta.dirname, '../../cli/main.js');
const rounds = process.env['SOAK'] === '1' ? 60 : 3;

it('restore parquet killed with -9 leaves the target absent, as it was, or complete; the next one cleans up', async () => {
  const { folder, vault, config, run } = await site();
  const archive = join(folder, 'archive');
  const paths = Array.from({ length: 30 }, (_, n) => `day=${n}/a.parquet`);
  await writeParquet(archive, Object.fromEntries(paths.map((path, n) => [path, 200 + n])));
  await backUpArchive(vault, archive);
  const expected = await digests(archive, paths);
  for (let round = 0; round < rounds; round += 1) {
    const parent = join(folder, `target-${round}`);
    const to = join(parent, 'back');
    const overwrite = round % 2 === 1 ? ['--overwrite'] : [];
    await mkdir(overwrite.length > 0 ? to : parent, { recursive: true });
    if (overwrite.length > 0) await writeFile(join(to, 'old'), '');
    const args = ['--config', config, 'restore', 'parquet', '--to', to, ...overwrite];
    const child = spawn(process.execPath, [entry, ...args]);
    const exited = once(child, 'exit');
    await Promise.race([once(child.stderr, 'data'), exited]);
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * 300);
    await exited;
    clearTimeout(timer);

    const left = (await readdir(parent)).filter((name) => !name.startsWith('.'));
    const complete = left.includes('back') && !(await readdir(to)).includes('old');
    if (complete) expect(await digests(to, paths)).toEqual(expected);
    else expect(left.length === 0 || (await readdir(to)).length === 1).toBe(true);
    const again = await run('restore', 'parquet', '--to', to, '--overwrite');
    expect(again).toMatchObject({ code: 0 });
    expect(await digests(to, paths)).toEqual(expected);
    expect(await readdir(parent)).toEqual(['back']);
  }
}, 600_000);
