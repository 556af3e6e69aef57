import { describe, expect, it } from '@jest/globals';
import { damage, remember } from '../../support/damage.ts';
import { duckdbBackups } from '../../support/duckdb-backups.ts';
import { differencesBetween } from '../../support/duckdb-compare.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

async function aChain() {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE TABLE t AS SELECT i FROM range(2000) r(i)']);
  const full = await backups.backup('full');
  await backups.change(['CREATE TABLE u AS SELECT i FROM range(10) r(i)']);
  const first = await backups.backup('incremental');
  expect(first.taken.scope).toBe('incremental');
  return { backups, full, first, root: backups.vault.root, object: full.own[0]?.path ?? '' };
}

describe('the parent of a DuckDB incremental', () => {
  it.each(['delete', 'truncate'] as const)('is none after the %s of an object of its chain', async (way) => {
    const { backups, first, root, object } = await aChain();
    const whole = await remember(root, [object]);
    await damage[way](root, object);
    const { id, taken } = await backups.backup('incremental');
    expect(taken).toMatchObject({ scope: 'full', parent: null });
    expect(taken.note).toMatch(`taken in full: parent ${first.id} is damaged: its object ${object} `);
    const restored = await backups.restore(id);
    expect(await differencesBetween(backups.file, restored.path)).toEqual([]);
    await whole();
    expect((await backups.backup('incremental')).taken).toMatchObject({
      scope: 'incremental',
      parent: { backupId: id },
    });
  });

  it('is not done without where the store does not tell the backups: the backup fails, and the next goes on', async () => {
    const { backups, first } = await aChain();
    const headers = backups.catalog.headers.bind(backups.catalog);
    const silent = new Error('the store does not answer');
    Object.assign(backups.catalog, { headers: () => Promise.reject(silent) });
    await expect(backups.backup('incremental')).rejects.toBe(silent);
    Object.assign(backups.catalog, { headers });
    expect((await backups.backup('incremental')).taken.parent).toMatchObject({ backupId: first.id });
  });

  it('is none where a verification found it damaged', async () => {
    const { backups, first } = await aChain();
    const parentDamaged = `parent ${first.id} is damaged: x is not the object that the manifest names`;
    const { taken } = await backups.backup('incremental', { parentDamaged });
    expect(taken).toMatchObject({ scope: 'full', parent: null, note: `taken in full: ${parentDamaged}` });
  });
});
