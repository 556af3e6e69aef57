import { describe, expect, it } from '@jest/globals';
import { detailsOf, type DuckdbDetails } from '../../../backups/duckdb/manifest.ts';
import { createDuckdbTaker } from '../../../backups/duckdb/take-backup.ts';
import type { Manifest } from '../../../model/manifest.ts';
import { duckdbBackups } from '../../support/duckdb-backups.ts';
import { differencesBetween } from '../../support/duckdb-compare.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const twoChunks = 'CREATE TABLE t AS SELECT i, i::DOUBLE AS d FROM range(130000) r(i)';
const forgedSum = '1';

/** Two full backups, with a change of the second row group between; the second one is told wrong sums of the first. */
async function fullAgain({
  start = [twoChunks],
  forge = (details: DuckdbDetails): DuckdbDetails => details,
  parentDamaged,
}: {
  start?: readonly string[];
  forge?: (details: DuckdbDetails) => DuckdbDetails;
  parentDamaged?: string;
} = {}) {
  const backups = await duckdbBackups(await scratch());
  await backups.change(start);
  await backups.backup('full');
  await backups.change(['UPDATE t SET d = 7 WHERE i = 129999']);
  const own = createDuckdbTaker({ file: backups.file });
  const read = async (...asked: Parameters<typeof backups.catalog.read>): Promise<Manifest> => {
    const manifest = await backups.catalog.read(...asked);
    const details = forge(withSums(detailsOf(manifest), forgedSum));
    return { ...manifest, body: { ...manifest.body, details } };
  };
  const taker = {
    ...own,
    take: (job: Parameters<typeof own.take>[0]) => own.take({ ...job, catalog: { ...job.catalog, read } }),
  };
  const again = await backups.backup('full', {
    taker,
    ...(parentDamaged !== undefined && { parentDamaged }),
  });
  const sums = detailsOf(again.manifest).tables[0]?.chunks.map(([, , sum]) => sum === forgedSum);
  return { backups, again, sums };
}

const withSums = (details: DuckdbDetails, sum: string): DuckdbDetails => ({
  ...details,
  tables: details.tables.map((table) => ({
    ...table,
    chunks: table.chunks.map(([chunk, rows, , ...rest]) => [chunk, rows, sum, ...rest]),
  })),
});

describe('a full backup after another', () => {
  it('stores every row, of what has changed and what has not, and needs nothing of the one before', async () => {
    const backups = await duckdbBackups(await scratch());
    await backups.change([twoChunks]);
    await backups.backup('full');
    await backups.change(['UPDATE t SET d = 7 WHERE i = 129999', 'DELETE FROM t WHERE i = 5']);
    const again = await backups.backup('full');
    expect(again.taken).toMatchObject({ scope: 'full', parent: null, note: null });
    expect(again.own.map(({ rows }) => rows)).toEqual([129_999]);
    const restored = await backups.restore(again.id);
    expect(await differencesBetween(backups.file, restored.path)).toEqual([]);
  });

  it('takes the fingerprints of what has not changed from it, and a wrong one is found in the restore', async () => {
    const { backups, again, sums } = await fullAgain();
    expect(sums).toEqual([true, false]);
    await expect(backups.restore(again.id)).rejects.toMatchObject({ code: 'object-damaged' });
  });

  it.each([
    ['it was found damaged', { parentDamaged: 'its table t differs' }],
    [
      'it was taken by another DuckDB',
      { forge: (details: DuckdbDetails) => ({ ...details, engine: 'v1.5.0' }) },
    ],
    [
      'its table holds a value that dictionaries unify',
      { start: [twoChunks, "UPDATE t SET d = '-0.0' WHERE i = 3"] },
    ],
  ])('takes them anew where %s', async (_why, how) => {
    const { backups, again, sums } = await fullAgain(how);
    expect(sums).toEqual([false, false]);
    const restored = await backups.restore(again.id);
    expect(await differencesBetween(backups.file, restored.path)).toEqual([]);
  });

  it('takes them anew where it cannot be read', async () => {
    const { backups, again, sums } = await fullAgain({
      forge: () => {
        throw new Error('the store does not answer');
      },
    });
    expect(sums).toEqual([false, false]);
    const restored = await backups.restore(again.id);
    expect(await differencesBetween(backups.file, restored.path)).toEqual([]);
  });
});
