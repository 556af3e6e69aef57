import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { restoreLedger } from '../../../app/restoring/restore-ledger.ts';
import { loadConfiguration } from '../../../config/load-configuration.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { testId } from '../../support/backup-events.ts';
import { memoryVault } from '../../support/memory-vault.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { testRedis } from '../../support/redis.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();
const { url, prefix } = testRedis();

it('a restore of the ledger says that its scratch folder is in use for as long as it runs', async () => {
  const folder = await scratch();
  const parent = join(folder, 'tigerbeetle');
  const damaged = new CodedError('object-damaged', 'The manifest is damaged.');
  const catalog = {
    ...memoryVault('tigerbeetle').catalog,
    async chain() {
      const [name = ''] = await readdir(parent);
      await utimes(join(parent, name), 0, 0);
      await until('it is marked', async () => (await stat(join(parent, name))).mtimeMs > 0, 2000);
      throw damaged;
    },
  };
  const configuration = { ...loadConfiguration({ environment: {} }), scratch: { folder } };
  const nothing = (): void => undefined;
  const restoring = restoreLedger(
    { vault: await folderVault(await scratch()), catalog },
    {
      ...{ configuration, log: quietLog },
      order: {
        ...{ to: `${url}/0/${prefix}`, clusterId: '0', dryRun: false },
        wanted: { backupId: testId(1) },
      },
    },
    {
      ...{ signal: new AbortController().signal, begin: nothing, progress: nothing, wrote: nothing },
      markEveryMs: 5,
    },
  );
  await expect(restoring).rejects.toBe(damaged);
  expect(await readdir(parent)).toEqual([]);
});
