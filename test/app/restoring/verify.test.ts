import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { verifyOfType } from '../../../app/restoring/verify.ts';
import { loadConfiguration } from '../../../config/load-configuration.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { testId } from '../../support/backup-events.ts';
import { memoryVault } from '../../support/memory-vault.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();

it('a verification says that its scratch folder is in use for as long as it runs', async () => {
  const folder = await scratch();
  const parent = join(folder, 'verification');
  const catalog = {
    ...memoryVault('duckdb').catalog,
    async read() {
      const [name = ''] = await readdir(parent);
      await utimes(join(parent, name), 0, 0);
      await until('it is marked', async () => (await stat(join(parent, name))).mtimeMs > 0, 2000);
      throw new CodedError('object-damaged', 'The manifest is damaged.');
    },
  };
  const configuration = { ...loadConfiguration({ environment: {} }), scratch: { folder } };
  const report = await verifyOfType(
    configuration,
    { vault: await folderVault(await scratch()), catalog },
    {
      ...{ backupId: testId(1), type: 'duckdb', level: 1, signal: new AbortController().signal },
      ...{ begin: () => undefined, progress: () => undefined, markEveryMs: 5 },
    },
  );
  expect(report.findings).toMatchObject([{ problem: 'The manifest is damaged.' }]);
  expect(await readdir(parent)).toEqual([]);
});
