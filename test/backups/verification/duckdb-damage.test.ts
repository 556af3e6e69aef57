import { describe, expect, it } from '@jest/globals';
import type { VerificationLevel } from '../../../model/verification.ts';
import { manifestPath } from '../../../model/manifest.ts';
import { damage, remember } from '../../support/damage.ts';
import { duckdbBackups } from '../../support/duckdb-backups.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { verifyIn } from '../../support/verify-backups.ts';

const scratch = scratchFolders();
const levels: readonly VerificationLevel[] = [1, 2, 3];

/** A full and two incrementals: two tables, one of several chunks, in which each incremental changes one chunk. */
async function aChain() {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  await backups.change([
    'CREATE TABLE many AS SELECT i, i * 2 AS v FROM range(260000) t(i)',
    'CREATE TABLE few (a INTEGER PRIMARY KEY, d DOUBLE)',
    'INSERT INTO few VALUES (1, 0.5), (2, -0.0)',
    'CREATE VIEW doubled AS SELECT a * 2 AS a FROM few',
  ]);
  const full = await backups.backup('full');
  await backups.change(['UPDATE many SET v = 0 WHERE i = 5']);
  const first = await backups.backup('incremental');
  await backups.change(['UPDATE many SET v = 1 WHERE i = 5']);
  const second = await backups.backup('incremental');
  return {
    folder,
    backups,
    ids: [full.id, first.id, second.id] as const,
    root: backups.vault.root,
    objects: second.manifest.body.objects.map(({ path }) => path),
    older: first.own.map(({ path }) => path),
    own: second.own.map(({ path }) => path),
    verify: await verifyIn(folder, backups.vault, 'duckdb'),
  };
}

describe('verifying a chain of DuckDB backups', () => {
  it('finds every backup of it whole at every level', async () => {
    const { ids, verify } = await aChain();
    for (const [index, id] of ids.entries()) {
      for (const level of levels) {
        const report = await verify(id, level);
        expect(report).toMatchObject({ ok: true, level, findings: [], manifests: index + 1 });
        expect(report.bytes).toBeGreaterThan(0);
      }
    }
  });

  it.each(['flip', 'truncate', 'delete'] as const)('names every object after a %s', async (way) => {
    const { ids, root, objects, verify, backups } = await aChain();
    expect(objects.length).toBeGreaterThan(2);
    for (const path of objects) {
      const restoreIt = await remember(root, [path]);
      await damage[way](root, path);
      for (const level of levels) {
        const report = await verify(ids[2], level);
        expect(report).toMatchObject({ ok: false, findings: [{ object: path }] });
        expect(report.findings).toHaveLength(1);
      }
      await expect(backups.restore(ids[2])).rejects.toMatchObject({ code: 'object-damaged' });
      await restoreIt();
    }
    expect((await verify(ids[2], 3)).ok).toBe(true);
  });

  it('names both of two swapped objects, and an older one in the right place', async () => {
    const { ids, root, objects, own, older, verify, backups } = await aChain();
    const [a = '', b = ''] = objects;
    const whole = await remember(root, [a, b, ...own]);
    await damage.swap(root, a, b);
    for (const level of levels) {
      const { findings } = await verify(ids[2], level);
      expect(findings.map(({ object }) => object).sort()).toEqual([a, b].sort());
    }
    await expect(backups.restore(ids[2])).rejects.toMatchObject({ code: 'object-damaged' });
    await whole();
    // Validly sealed, and of the same table: what the backup before stored.
    await damage.foreign(root, own[0] ?? '', older[0] ?? '');
    for (const level of levels) {
      expect((await verify(ids[2], level)).findings).toMatchObject([{ object: own[0] }]);
    }
    await expect(backups.restore(ids[2])).rejects.toMatchObject({ code: 'object-damaged' });
  });

  it.each(['flip', 'truncate', 'delete', 'foreign'] as const)(
    'names the manifest of every link after a %s',
    async (way) => {
      const { ids, root, verify } = await aChain();
      for (const id of ids) {
        const path = manifestPath('duckdb', id);
        const whole = await remember(root, [path]);
        const other = manifestPath('duckdb', ids.find((each) => each !== id) ?? '');
        await damage[way](root, path, other);
        for (const level of levels) {
          const { ok, findings } = await verify(ids[2], level);
          expect({ ok, objects: findings.map(({ object }) => object) }).toEqual({
            ok: false,
            objects: [path],
          });
        }
        await whole();
      }
    },
  );
});
