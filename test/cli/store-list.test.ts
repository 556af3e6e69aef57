import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { manifestPath } from '../../model/manifest.ts';
import { cliSites } from '../support/cli-site.ts';
import { duckdbBackups } from '../support/duckdb-backups.ts';
import { scratchFolders } from '../support/scratch.ts';

const site = cliSites(scratchFolders());

it('lists what the store holds without a key, newest data first, and names a manifest that cannot be read', async () => {
  const { folder, root, vault, run } = await site();
  const backups = await duckdbBackups(folder, { keys: vault.keys });
  await backups.change(['CREATE TABLE t AS SELECT i FROM range(10) r(i)']);
  const full = await backups.backup('full');
  await backups.change(['INSERT INTO t VALUES (11)']);
  const increment = await backups.backup('incremental');
  await rm(join(folder, 'keyring.json'));

  const { code, out } = await run('store', 'list');
  expect(code).toBe(0);
  const rows = out.split('\n').slice(1);
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual([
    [increment.id, 'duckdb', 'incremental'],
    [full.id, 'duckdb', 'full'],
  ]);
  expect(rows[0]).toContain(full.id);
  expect((await run('store', 'list', '--type', 'kms', '--json')).out).toBe('[]');

  await writeFile(join(root, manifestPath('duckdb', increment.id)), 'torn');
  const torn = await run('store', 'list', '--type', 'duckdb', '--json');
  expect(JSON.parse(torn.out)).toMatchObject([{ backupId: full.id, keyIds: vault.keys.keyIds }]);
  expect(torn.err).toContain(`manifest duckdb/${increment.id}/manifest.json cannot be used`);
});
