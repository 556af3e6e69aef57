import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { requireFreeSpace } from '../../../backups/restoring/free-space.ts';
import { hiddenBeside } from '../../../backups/restoring/hidden-name.ts';
import { placeTarget } from '../../../backups/restoring/place-target.ts';
import { sweepDeadRestores } from '../../../backups/restoring/sweep-dead-restores.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** Hidden beside the target as a restore of another process would have named it. */
async function madeBy(pid: number, target: string, role: 'restoring' | 'new' | 'replaced'): Promise<string> {
  const hidden = hiddenBeside(target, role);
  hidden.release();
  const path = hidden.path.replace(`-${process.pid}-`, `-${pid}-`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'part'), 'of it');
  return path;
}

const names = async (folder: string) => (await readdir(folder)).toSorted();

describe('what killed restores leave', () => {
  it('is removed by the next one of the same target, and told; a living one and another target keep theirs', async () => {
    const folder = await scratch();
    const target = join(folder, 'a.b');
    const pid = await deadPid();
    const left = await madeBy(pid, target, 'restoring');
    const replacing = await madeBy(pid, target, 'new');
    const within = await madeBy(pid, replacing, 'restoring');
    const kept = [
      await madeBy(process.ppid, target, 'restoring'),
      await madeBy(pid, join(folder, 'b'), 'restoring'),
      await madeBy(pid, join(folder, 'x.a.b'), 'restoring'),
    ];
    const mine = hiddenBeside(target, 'restoring');
    await mkdir(mine.path);
    const told: string[] = [];
    const swept = (lines: readonly string[]) => void told.push(...lines);
    await placeTarget({ to: target, kind: 'folder', overwrite: false, swept }, (to) => mkdir(to));
    expect(told.toSorted()).toEqual(
      [left, replacing, within].map((path) => `${path} was removed: a killed restore had left it`).toSorted(),
    );
    expect(await names(folder)).toEqual(
      [...kept, mine.path, target].map((path) => basename(path)).toSorted(),
    );
    mine.release();
    await sweepDeadRestores(target);
    expect(await names(folder)).not.toContain(basename(mine.path));
  });

  it('is put back where it was moved away, and its replacement had not yet the name', async () => {
    const folder = await scratch();
    const target = join(folder, 'archive');
    const pid = await deadPid();
    await madeBy(pid, target, 'replaced');
    await madeBy(pid, target, 'new');
    const told = await sweepDeadRestores(target);
    expect(told).toContain(`${target} was put back: a killed restore had moved it away`);
    expect(await names(folder)).toEqual(['archive']);
    expect(await readFile(join(target, 'part'), 'utf8')).toBe('of it');
    await madeBy(pid, target, 'replaced');
    await sweepDeadRestores(target);
    expect(await names(folder)).toEqual(['archive']);
  });

  it('stays where another machine made it, and is named', async () => {
    const target = join(await scratch(), 'a');
    const foreign = join(dirname(target), '.a.restoring-00000000-1-00000000');
    await mkdir(foreign);
    expect(await sweepDeadRestores(target)).toEqual([
      `${foreign} is left of a restore on another machine: remove it when that has ended`,
    ]);
    expect(await names(dirname(target))).toEqual([basename(foreign)]);
  });
});

describe('a target that would take along what nobody named', () => {
  const place = (to: string, restore: (to: string) => Promise<unknown>) =>
    placeTarget({ to, kind: 'folder', overwrite: true }, restore);
  const never = () => Promise.reject(new Error('restored'));

  it.each(['', ' '])('is refused where it has no name: "%s"', async (to) => {
    await expect(place(to, never)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('is refused where the process works in it', async () => {
    const before = process.cwd();
    const folder = await scratch();
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    await mkdir(join(folder, '..a'));
    await symlink(folder, join(folder, 'link'));
    process.chdir(join(folder, 'a'));
    try {
      for (const to of ['.', '..', folder, join(folder, 'link', 'a'), '/']) {
        await expect(place(to, never)).rejects.toMatchObject({ code: 'restore-target-unusable' });
      }
      for (const to of ['b', join('..', '..a')]) await place(to, (made) => mkdir(made));
    } finally {
      process.chdir(before);
    }
  });
});

describe('the space at a target', () => {
  it('is looked at before anything is written, also where its folders are not made yet', async () => {
    const to = join(await scratch(), 'new', 'place', 'file');
    await requireFreeSpace(to, 1);
    await expect(requireFreeSpace(to, 2 ** 62)).rejects.toMatchObject({
      code: 'restore-target-full',
      facts: { needed: 2 ** 62, free: expect.any(Number) as unknown },
    });
  });
});
