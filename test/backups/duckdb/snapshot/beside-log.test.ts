import { renameSync } from 'node:fs';
import { copyFile, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../../../backups/duckdb/database.ts';
import { guardedSnapshot } from '../../../../backups/duckdb/snapshot/guarded-snapshot.ts';
import { heldSnapshot } from '../../../../backups/duckdb/snapshot/held-snapshot.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const options = (progress: (bytes: number) => void = () => undefined) => ({
  ...{ patience: 30_000, signal: new AbortController().signal, progress },
});

describe('a snapshot of a symbolic link', () => {
  /** A file that has one row, and one more in its log, closed; and a link to it. */
  async function linked() {
    const folder = await scratch();
    const [path, link, target] = ['a.duckdb', 'link.duckdb', 'copy.duckdb'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const source = await openDatabase({ path, name: 'a', memoryLimit: '200MB', checkpoints: false });
    await source.run('CREATE TABLE t AS SELECT 1 AS i');
    await source.run('CHECKPOINT');
    await source.run('INSERT INTO t VALUES (2)');
    await source.close();
    await symlink('a.duckdb', link);
    return { path, link, target };
  }

  it.each([
    ['guarded', 'its file', guardedSnapshot],
    ['guarded', 'the link', guardedSnapshot],
    ['held', 'its file', heldSnapshot],
    ['held', 'the link', heldSnapshot],
  ] as const)('has the log, %s: beside %s', async (_mode, where, snapshot) => {
    const { path, link, target } = await linked();
    // As DuckDB 1.4 does.
    if (where === 'the link') await rename(`${path}.wal`, `${link}.wal`);
    expect((await snapshot(link, target, options())).walBytes).toBeGreaterThan(0);
    const copy = await openDatabase({ path: target, name: 'copy', memoryLimit: '200MB' });
    try {
      expect(await copy.rows('SELECT i FROM t ORDER BY i')).toEqual([{ i: 1 }, { i: 2 }]);
    } finally {
      await copy.close();
    }
  });

  it('takes another try when a log appears beside the link', async () => {
    const { path, link, target } = await linked();
    await rename(`${path}.wal`, `${path}.later`);
    let tries = 0;
    const progress = (): void => {
      if (tries++ === 0) renameSync(`${path}.later`, `${link}.wal`);
    };
    const taken = await guardedSnapshot(link, target, options(progress));
    expect(taken.tries).toBe(2);
    expect(taken.walBytes).toBeGreaterThan(0);
  });

  it('is refused where both have a log', async () => {
    const { path, link, target } = await linked();
    await copyFile(`${path}.wal`, `${link}.wal`);
    for (const snapshot of [guardedSnapshot, heldSnapshot])
      await expect(snapshot(link, target, options())).rejects.toMatchObject({ code: 'source-unreadable' });
  });
});
