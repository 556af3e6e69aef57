import { copyFile, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createBlockDigests, createDigestKey } from '../../../../backups/duckdb/data/block-digests.ts';
import { runAll, withDatabase } from '../../../support/duckdb-backups.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();
const key = Promise.resolve(createDigestKey());
const blockBytes = 262_144;

/** A database of some 12 MB, whose changes are in its file. */
async function makeSource(): Promise<{ readonly source: string; readonly copy: string }> {
  const folder = await scratch();
  const source = join(folder, 'source.duckdb');
  await change(source, ['CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS s FROM range(300000) r(i)']);
  return { source, copy: join(folder, 'copy.duckdb') };
}

const change = (file: string, statements: readonly string[]): Promise<void> =>
  withDatabase(file, (database) => runAll(database, statements));

/** Of every block, as text. */
async function allOf(digests: ReturnType<typeof createBlockDigests>, file: string): Promise<string[]> {
  const of = await digests.current();
  const blocks = Math.ceil((await stat(file)).size / blockBytes);
  return Array.from({ length: blocks - 1 }, (_, block) => Buffer.from(of(block)).toString('hex'));
}

async function ofCopyAlone(copy: string, secret = key): Promise<string[]> {
  const digests = createBlockDigests({
    key: secret,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  digests.over(copy);
  try {
    return await allOf(digests, copy);
  } finally {
    await digests.close();
  }
}

/** Begins in the source, ends after the first piece, and goes on in the copy that is made then. */
async function begunBeside(
  { source, copy }: { readonly source: string; readonly copy: string },
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  let begun: () => void = () => undefined;
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const digests = createBlockDigests({
    key,
    signal: new AbortController().signal,
    progress: () => {
      begun();
    },
  });
  const handle = await open(source, 'r');
  try {
    const beside = digests.beside(handle);
    await beginning;
    await beside.end();
  } finally {
    await handle.close();
  }
  await meanwhile();
  await copyFile(source, copy);
  digests.over(copy);
  try {
    return await allOf(digests, copy);
  } finally {
    await digests.close();
  }
}

it('are those of the copy where they were begun in its source', async () => {
  const files = await makeSource();
  const digests = await begunBeside(files);
  expect(digests).toEqual(await ofCopyAlone(files.copy));
  expect(new Set(digests).size).toBeGreaterThan(20);
});

it('are those of the copy where the source was at another checkpoint when they were begun', async () => {
  const files = await makeSource();
  const others = 'CREATE TABLE u AS SELECT i, md5((-i)::VARCHAR) AS s FROM range(300000) r(i)';
  const digests = await begunBeside(files, () =>
    change(files.source, ['DROP TABLE t', 'CHECKPOINT', others]),
  );
  expect(digests).toEqual(await ofCopyAlone(files.copy));
});

it('are those of the copy where its source could not be read beside it', async () => {
  const { source, copy } = await makeSource();
  const signal = new AbortController().signal;
  const digests = createBlockDigests({ key, signal, progress: () => undefined });
  const handle = await open(source, 'r');
  handle.read = () => Promise.reject(new Error('EIO: i/o error, read'));
  await digests.beside(handle).end();
  await handle.close();
  await copyFile(source, copy);
  digests.over(copy);
  expect(await allOf(digests, copy)).toEqual(await ofCopyAlone(copy));
  await digests.close();
});

it('do not wait for a key while the source is guarded', async () => {
  const { source, copy } = await makeSource();
  let give: (secret: Uint8Array) => void = () => undefined;
  const late = new Promise<Uint8Array>((resolve) => (give = resolve));
  const signal = new AbortController().signal;
  const digests = createBlockDigests({ key: late, signal, progress: () => undefined });
  const handle = await open(source, 'r');
  await digests.beside(handle).end();
  await handle.close();
  await copyFile(source, copy);
  digests.over(copy);
  give(await key);
  expect(await allOf(digests, copy)).toEqual(await ofCopyAlone(copy));
  await digests.close();
});

it('are others under another key', async () => {
  const { source } = await makeSource();
  const other = await ofCopyAlone(source, Promise.resolve(createDigestKey()));
  const same = new Set(await ofCopyAlone(source));
  expect(other.filter((digest) => same.has(digest))).toEqual([]);
});
