import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { createDuckdbTaker } from '../../../backups/duckdb/take-backup.ts';
import { duckdbBackups, withDatabase } from '../../support/duckdb-backups.ts';
import { flaws, startWriter } from '../../support/duckdb-live.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const rounds = process.env['SOAK'] === '1' ? 100 : 10;

it('backs up while another process writes; each backup holds whole commits, and the newest before it', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder, { file: join(folder, 'live.duckdb') });
  const writer = await startWriter(backups.file);
  const taken: { readonly id: string; readonly committed: number }[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const committed = writer.committed();
      taken.push({ committed, id: (await backups.backup(round % 4 === 0 ? 'full' : 'incremental')).id });
    }
  } finally {
    await writer.stop();
  }
  for (const { id, committed } of taken) {
    const { path } = await backups.restore(id);
    expect(await withDatabase(path, (database) => flaws(database, committed))).toEqual([]);
  }
}, 3_600_000);

it('stores nothing when it is aborted or a COPY fails midway', async () => {
  const folder = await scratch();
  const backups = await duckdbBackups(folder);
  await backups.change(['CREATE TABLE t AS SELECT i, random() AS r FROM range(1000000) x(i)']);
  const controller = new AbortController();
  const taker = createDuckdbTaker({ file: backups.file });
  const cut = backups.backup('full', {
    signal: controller.signal,
    taker: {
      type: 'duckdb',
      take: (job) =>
        taker.take({
          ...job,
          sink: {
            ...job.sink,
            write: (object, plain) =>
              job.sink.write(
                object,
                Readable.from(
                  (async function* () {
                    let bytes = 0;
                    for await (const piece of plain as AsyncIterable<Buffer>) {
                      bytes += piece.length;
                      if (bytes > 1_000_000) controller.abort(new Error('time is up'));
                      yield piece;
                    }
                  })(),
                ),
              ),
          },
        }),
    },
  });
  await expect(cut).rejects.toThrow();
  expect(await filesBelow(backups.vault.root)).toEqual([]);
});

it('says that a block of the source is damaged, and stores nothing', async () => {
  const backups = await duckdbBackups(await scratch());
  await backups.change(['CREATE TABLE t AS SELECT i, random() AS r FROM range(300000) x(i)']);
  const bytes = await readFile(backups.file);
  bytes.fill(0x55, 12_288 + 100_000, 12_288 + 100_100);
  await writeFile(backups.file, bytes);
  await expect(backups.backup('full')).rejects.toMatchObject({
    code: 'source-unreadable',
    message: expect.stringContaining('checksum'),
  });
  expect(await filesBelow(backups.vault.root)).toEqual([]);
});

it('says why a source cannot be backed up', async () => {
  const backups = await duckdbBackups(await scratch());
  await expect(backups.backup('full')).rejects.toMatchObject({ code: 'source-unreadable' });
});

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

it.each(['guarded', 'read-only'] as const)(
  'refuses a file or a scratch folder beside which the log would be missed: %s',
  async (mode) => {
    const folder = await scratch();
    const strange = join(folder, 'a?b');
    await mkdir(strange);
    for (const [place, file] of [
      [folder, join(folder, 'a?b.duckdb')],
      [folder, join(strange, 'c.duckdb')],
      [strange, join(folder, 'c.duckdb')],
    ] as const) {
      await writeFile(file, '');
      const backups = await duckdbBackups(place, { file, mode, patience: 100 });
      await expect(backups.backup('full')).rejects.toMatchObject({ code: 'configuration-invalid' });
    }
  },
);
