import { constants, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openDatabase } from '../../../../backups/duckdb/database.ts';
import {
  guardedSnapshot,
  type SnapshotOptions,
} from '../../../../backups/duckdb/snapshot/guarded-snapshot.ts';
import { heldSnapshot } from '../../../../backups/duckdb/snapshot/held-snapshot.ts';
import { flaws, startWriter } from '../../../support/duckdb-live.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const options = (over: Partial<SnapshotOptions> = {}): SnapshotOptions => ({
  patience: 30_000,
  signal: new AbortController().signal,
  progress: () => undefined,
  ...over,
});
const shares = await sharesBlocks();
const rounds = process.env['SOAK'] === '1' ? 150 : 10;

it('copies a file that another process writes to, right each time', async () => {
  const folder = await scratch();
  const path = join(folder, 'live.duckdb');
  const writer = await startWriter(path);
  try {
    for (let round = 0; round < rounds; round++) {
      const committed = writer.committed();
      const target = join(folder, String(round), 'live.duckdb');
      await mkdir(join(folder, String(round)));
      await guardedSnapshot(path, target, options());
      const copy = await openDatabase({ path: target, name: 'live', memoryLimit: '300MB' });
      try {
        expect(await flaws(copy, committed)).toEqual([]);
      } finally {
        await copy.close();
        await rm(join(folder, String(round)), { recursive: true });
      }
    }
  } finally {
    await writer.stop();
  }
}, 600_000);

(shares ? it : it.skip)(
  'shares the blocks of the file where the file system can',
  async () => {
    const folder = await scratch();
    const path = join(folder, 'live.duckdb');
    const writer = await startWriter(path);
    try {
      for (let round = 0; round < rounds; round++) {
        const committed = writer.committed();
        const target = join(folder, `${round}.duckdb`);
        expect(await guardedSnapshot(path, target, options())).toMatchObject({ method: 'reflink' });
        const copy = await openDatabase({ path: target, name: 'live', memoryLimit: '300MB' });
        try {
          expect(await flaws(copy, committed)).toEqual([]);
        } finally {
          await copy.close();
        }
      }
    } finally {
      await writer.stop();
    }
    expect((await readdir(folder)).filter((name) => name.includes('reflink'))).toEqual([]);
  },
  600_000,
);

it('gives what was committed and not yet checkpointed, and reports its progress', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  const source = await openDatabase({ path, name: 'a', memoryLimit: '200MB' });
  try {
    await source.run('CREATE TABLE t AS SELECT 1 AS i');
    await source.run('CHECKPOINT');
    await source.run('INSERT INTO t VALUES (2)');
    let seen = 0;
    const target = join(folder, 'copy.duckdb');
    const taken = await guardedSnapshot(path, target, options({ progress: (bytes) => (seen += bytes) }));
    expect(taken).toMatchObject({ tries: 1, storageVersion: 64 });
    expect(taken.walBytes).toBeGreaterThan(0);
    expect(seen).toBe(taken.bytes);
    const copy = await openDatabase({ path: target, name: 'copy', memoryLimit: '200MB' });
    try {
      expect(await copy.rows('SELECT i FROM t ORDER BY i')).toEqual([{ i: 1 }, { i: 2 }]);
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
});

it('lets others read beside the copy, anew with each try, and waits for their end', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  const source = await openDatabase({ path, name: 'a', memoryLimit: '200MB' });
  try {
    await source.run('CREATE TABLE t AS SELECT 1 AS i');
    await source.run('CHECKPOINT');
    const seen: string[] = [];
    const beside = () => ({
      async end() {
        seen.push('ends');
        // A checkpoint that is made before the end is one that was made while the copy was guarded.
        if (seen.length === 1) await source.run('INSERT INTO t VALUES (2); CHECKPOINT');
        seen.push('ended');
      },
    });
    const taken = await guardedSnapshot(path, join(folder, 'copy.duckdb'), options({ beside }));
    expect(taken.tries).toBe(2);
    expect(seen).toEqual(['ends', 'ended', 'ends', 'ended']);
  } finally {
    await source.close();
  }
});

it('gives up with the reason when a checkpoint never ends, and leaves nothing', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  await (await openDatabase({ path, name: 'a', memoryLimit: '200MB' })).close();
  await writeFile(`${path}.wal.checkpoint`, '');
  const before = await readFile(path);
  await expect(guardedSnapshot(path, join(folder, 'copy'), options({ patience: 60 }))).rejects.toMatchObject({
    code: 'source-changed',
    facts: { reason: 'a checkpoint is going on' },
  });
  expect((await readdir(folder)).sort()).toEqual(['a.duckdb', 'a.duckdb.wal.checkpoint']);
  expect(await readFile(path)).toEqual(before);
});

it.each([
  ['text', Buffer.from('hello'.repeat(4000)), 'is no DuckDB database'],
  ['too little', Buffer.from('DUCK'), 'is no DuckDB database'],
])('refuses %s', async (_name, bytes, reason) => {
  const path = join(await scratch(), 'a.duckdb');
  await writeFile(path, bytes);
  await expect(guardedSnapshot(path, `${path}.copy`, options())).rejects.toMatchObject({
    code: 'source-unreadable',
    message: expect.stringContaining(reason),
  });
});

it('refuses a storage version that it does not know, and an encrypted file', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  await (await openDatabase({ path, name: 'a', memoryLimit: '200MB' })).close();
  const bytes = await readFile(path);
  bytes.writeBigUInt64LE(99n, 12);
  await writeFile(join(folder, 'new'), bytes);
  bytes.writeBigUInt64LE(68n, 12);
  bytes.writeBigUInt64LE(1n, 20);
  await writeFile(join(folder, 'secret'), bytes);
  for (const [name, reason] of [
    ['new', 'storage version 99'],
    ['secret', 'encrypted'],
  ] as const) {
    await expect(guardedSnapshot(join(folder, name), join(folder, 'copy'), options())).rejects.toMatchObject({
      code: 'source-unreadable',
      message: expect.stringContaining(reason),
    });
  }
});

it('says that a file is missing', async () => {
  const path = join(await scratch(), 'none.duckdb');
  await expect(guardedSnapshot(path, `${path}.copy`, options())).rejects.toMatchObject({
    code: 'source-unreadable',
  });
});

it('ends when it is aborted', async () => {
  const folder = await scratch();
  const path = join(folder, 'a.duckdb');
  await (await openDatabase({ path, name: 'a', memoryLimit: '200MB' })).close();
  const controller = new AbortController();
  const progress = (): void => {
    controller.abort(new Error('stop now'));
  };
  await writeFile(`${path}.wal.checkpoint`, '');
  const waiting = guardedSnapshot(path, join(folder, 'copy'), options({ signal: controller.signal }));
  progress();
  await expect(waiting).rejects.toThrow();
});

it.each(['missing', 'no DuckDB'])(
  'says that a file to hold is %s, whatever its name, and waits for nothing',
  async (what) => {
    const path = join(await scratch(), 'clock.duckdb');
    if (what !== 'missing') await writeFile(path, 'no DuckDB at all'.repeat(1000));
    const holding = heldSnapshot(path, `${path}.copy`, options({ patience: 150 }));
    await expect(holding).rejects.toMatchObject({ code: 'source-unreadable' });
  },
);

it('holds the file read-only instead, and is refused while a writer has it', async () => {
  const folder = await scratch();
  const path = join(folder, 'live.duckdb');
  const writer = await startWriter(path);
  try {
    await expect(heldSnapshot(path, join(folder, 'copy'), options({ patience: 150 }))).rejects.toMatchObject({
      code: 'source-held',
    });
  } finally {
    await writer.stop();
  }
  const committed = writer.committed();
  const target = join(folder, 'copy.duckdb');
  expect(await heldSnapshot(path, target, options())).toMatchObject({ method: 'held' });
  const copy = await openDatabase({ path: target, name: 'live', memoryLimit: '300MB' });
  try {
    expect(await flaws(copy, committed)).toEqual([]);
  } finally {
    await copy.close();
  }
});

/** Whether temporary files lie on btrfs, XFS or the like: give TMPDIR to try one. */
async function sharesBlocks(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'reflink-'));
  try {
    await writeFile(join(folder, 'a'), 'a');
    await copyFile(join(folder, 'a'), join(folder, 'b'), constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
}
