import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { detailsOf, readArchiveList } from '../../../backups/parquet/archive-list.ts';
import type { VerificationLevel } from '../../../model/verification.ts';
import { manifestPath } from '../../../model/manifest.ts';
import { damage, remember } from '../../support/damage.ts';
import { writeParquet } from '../../support/parquet-archive.ts';
import { backUpArchive, quietLog } from '../../support/real-parquet.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { folderVault } from '../../support/vault.ts';
import { verifyIn } from '../../support/verify-backups.ts';

const scratch = scratchFolders();
const levels: readonly VerificationLevel[] = [1, 2, 3];

/** Three backups of an archive; the second changes one file, the third adds another. */
async function aChain() {
  const folder = await scratch();
  const archive = join(folder, 'archive');
  await mkdir(archive);
  await writeParquet(archive, { 'day=1/a.parquet': 500, 'day=1/b.parquet': 40, 'day=2/c.parquet': 7 });
  await writeFile(join(archive, '_SUCCESS'), '');
  const vault = await folderVault(folder);
  const ids = [(await backUpArchive(vault, archive)).header.backupId];
  await writeParquet(archive, { 'day=1/b.parquet': 40 }, 2);
  ids.push((await backUpArchive(vault, archive)).header.backupId);
  await writeParquet(archive, { 'day=3/d.parquet': 9 });
  const newest = (await backUpArchive(vault, archive)).header.backupId;
  const list = await readArchiveList(createBackupCatalog(vault, quietLog), newest);
  const verify = await verifyIn(folder, vault, 'parquet');
  return { archive, vault, ids: [...ids, newest], newest, objects: [...list.objects.keys()], verify };
}

describe('verifying a chain of Parquet backups', () => {
  it('finds every backup of it whole at every level', async () => {
    const { ids, verify } = await aChain();
    for (const [index, id] of ids.entries()) {
      for (const level of levels) {
        expect(await verify(id, level)).toMatchObject({
          ...{ ok: true, level, findings: [], notes: [], manifests: index + 1 },
        });
      }
    }
  });

  it.each(['flip', 'truncate', 'delete', 'foreign'] as const)(
    'names every object after a %s',
    async (way) => {
      const { newest, vault, objects, verify } = await aChain();
      for (const path of objects) {
        const whole = await remember(vault.root, [path]);
        await damage[way](vault.root, path, objects.find((each) => each !== path) ?? '');
        for (const level of levels) {
          const { ok, findings } = await verify(newest, level);
          expect({ ok, objects: findings.map(({ object }) => object) }).toEqual({
            ok: false,
            objects: [path],
          });
        }
        await whole();
      }
      expect((await verify(newest, 3)).ok).toBe(true);
    },
  );

  it.each(['flip', 'truncate', 'delete', 'foreign'] as const)(
    'names the manifest of every link after a %s',
    async (way) => {
      const { ids, newest, vault, verify } = await aChain();
      for (const id of ids) {
        const path = manifestPath('parquet', id);
        const whole = await remember(vault.root, [path]);
        await damage[way](vault.root, path, manifestPath('parquet', ids.find((each) => each !== id) ?? ''));
        const { ok, findings } = await verify(newest, 1);
        expect({ ok, objects: findings.map(({ object }) => object) }).toEqual({ ok: false, objects: [path] });
        await whole();
      }
    },
  );

  it('is made whole again by a backup that knows of the damage', async () => {
    const { archive, vault, newest, objects, verify } = await aChain();
    const [flipped = ''] = objects;
    await damage.flip(vault.root, flipped);
    expect((await verify(newest, 1)).ok).toBe(false);
    // What is not known is not seen: the object is there, with its size.
    const { header: unaware } = await backUpArchive(vault, archive);
    expect((await verify(unaware.backupId, 1)).ok).toBe(false);
    const parentDamaged = `parent ${unaware.backupId} is damaged: it is`;
    const { header } = await backUpArchive(vault, archive, { parentDamaged });
    expect(header).toMatchObject({ parent: null, note: expect.stringContaining(parentDamaged) });
    expect(await verify(header.backupId, 3)).toMatchObject({ ok: true, level: 3 });
  });

  it('keeps the last good version of a file, whatever else is damaged, while its object opens', async () => {
    const { archive, vault, verify } = await aChain();
    const file = join(archive, 'day=1/a.parquet');
    await truncate(file, 50);
    const { header: before } = await backUpArchive(vault, archive);
    const { files } = await readArchiveList(createBackupCatalog(vault, quietLog), before.backupId);
    const objectOf = (path: string): string => files.get(path)?.object ?? '';
    const parentDamaged = `parent ${before.backupId} is damaged: it is`;
    await damage.flip(vault.root, objectOf('day=2/c.parquet'));
    const kept = await backUpArchive(vault, archive, { parentDamaged });
    expect(detailsOf(kept).left).toEqual([{ path: 'day=1/a.parquet', reason: 'unfinished', kept: true }]);
    expect(await verify(kept.header.backupId, 3)).toMatchObject({ ok: true });
    await damage.flip(vault.root, objectOf('day=1/a.parquet'));
    const dropped = await backUpArchive(vault, archive, { parentDamaged });
    expect(detailsOf(dropped).left).toEqual([{ path: 'day=1/a.parquet', reason: 'unfinished', kept: false }]);
    expect(dropped.header.note).toMatch(/no longer kept: day=1\/a.parquet$/);
    expect(await verify(dropped.header.backupId, 3)).toMatchObject({ ok: true });
  });

  it('says that a file was no Parquet in the source already, and calls the backup whole', async () => {
    const { archive, vault, verify } = await aChain();
    const path = join(archive, 'day=1/a.parquet');
    const bytes = await readFile(path);
    bytes.fill(0xff, 4, 200);
    await writeFile(path, bytes);
    const { header } = await backUpArchive(vault, archive);
    const report = await verify(header.backupId, 2);
    expect(report).toMatchObject({ ok: true, notes: [expect.stringContaining('day=1/a.parquet')] });
  });
});
