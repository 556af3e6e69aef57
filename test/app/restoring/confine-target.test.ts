import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { confineTarget } from '../../../app/restoring/confine-target.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const nowhere = { folder: null, tigerbeetle: { addresses: null, clusterId: '0' } };

describe('a target that comes over the API', () => {
  it('lies below the folder, whether it is given in full or not', async () => {
    const folder = await scratch();
    const at = (to: string) => confineTarget({ backupType: 'duckdb', to }, { ...nowhere, folder });
    expect(await at('new/hot.duckdb')).toBe(join(folder, 'new/hot.duckdb'));
    expect(await at(join(folder, 'a'))).toBe(join(folder, 'a'));
  });

  it.each([['', '.', '..', '../x', 'a/../../x', 'a/../b', '/etc/x', '.hidden', 'a/.b/c', 'a\0b', '..\\x']])(
    'is refused when it is not, or hidden: %j and others',
    async (...targets) => {
      const folder = await scratch();
      for (const to of targets) {
        await expect(
          confineTarget({ backupType: 'parquet', to }, { ...nowhere, folder }),
        ).rejects.toMatchObject({ code: 'invalid-request', facts: { field: 'to' } });
      }
    },
  );

  it('goes through no link out of the folder, and over nothing', async () => {
    const folder = await scratch();
    const outside = await scratch();
    await symlink(outside, join(folder, 'link'));
    await mkdir(join(folder, 'taken'));
    await writeFile(join(folder, 'b.wal'), '');
    const at = (to: string) => confineTarget({ backupType: 'duckdb', to }, { ...nowhere, folder });
    await expect(at('link/a')).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(at('link/new/a')).rejects.toMatchObject({ code: 'invalid-request' });
    for (const to of ['taken', 'b', 'link']) {
      await expect(at(to)).rejects.toMatchObject({ code: 'restore-target-exists' });
    }
  });

  it('is the configured cluster and no other, and nothing where nothing is configured', async () => {
    const tigerbeetle = { addresses: '10.0.0.1:3000, 10.0.0.2:3000', clusterId: '0' };
    const at = (to: string) =>
      confineTarget({ backupType: 'tigerbeetle', to }, { folder: null, tigerbeetle });
    expect(await at('10.0.0.1:3000,10.0.0.2:3000')).toBe('10.0.0.1:3000,10.0.0.2:3000');
    await expect(at('10.0.0.3:3000')).rejects.toMatchObject({ code: 'invalid-request' });
    for (const backupType of ['duckdb', 'parquet', 'tigerbeetle'] as const) {
      await expect(confineTarget({ backupType, to: 'a' }, nowhere)).rejects.toMatchObject({
        ...{ code: 'restores-not-configured', status: 409 },
        facts: { key: expect.stringMatching(/^restores\./) as unknown },
      });
    }
  });
});
