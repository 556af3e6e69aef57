import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../../app/quickstart/running-lock.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

describe('the lock of a quickstart', () => {
  it('keeps a second one out of the folder', async () => {
    const file = join(await scratch(), 'running.pid');
    await writeFile(file, String(process.ppid));
    await expect(lockFolder(file)).rejects.toMatchObject({ code: 'already-started' });
  });

  it.each([
    ['that is gone', '4194304'],
    ['of this number, as in a container that was started again', String(process.pid)],
    ['that left nothing but a file', ''],
  ])('is taken over from a process %s, and given back', async (_which, left) => {
    const file = join(await scratch(), 'running.pid');
    await writeFile(file, left);
    const giveBack = await lockFolder(file);
    expect(await readFile(file, 'utf8')).toBe(String(process.pid));
    await giveBack();
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('says so where it cannot be written', async () => {
    await expect(lockFolder(join(await scratch(), 'missing', 'running.pid'))).rejects.toThrow('ENOENT');
  });
});
