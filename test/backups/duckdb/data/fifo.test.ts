import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { makeFifos, throughFifo } from '../../../../backups/duckdb/data/fifo.ts';
import { scratchFolders } from '../../../support/scratch.ts';

const scratch = scratchFolders();

/** A FIFO, and a process that does something to it, `$1`. */
async function fifoFor(
  script: string,
): Promise<{ readonly fifo: string; readonly write: () => Promise<unknown> }> {
  const fifo = join(await scratch(), 'fifo');
  await makeFifos([fifo]);
  return { fifo, write: () => promisify(execFile)('sh', ['-c', script, 'sh', fifo]) };
}

it.each([0, 1, 65_536, 3_000_000])('gives the %d bytes that are written', async (length) => {
  const content = join(await scratch(), 'content');
  const bytes = randomBytes(length);
  await writeFile(content, bytes);
  const { fifo, write } = await fifoFor(`cat '${content}' >"$1"`);
  const { plain, written } = throughFifo(fifo, write);
  expect((await buffer(plain)).equals(bytes)).toBe(true);
  await written;
});

it('gives what lay in the pipe when the writer ended before anybody read', async () => {
  const { fifo, write } = await fifoFor('printf all >"$1"');
  const { plain, written } = throughFifo(fifo, write);
  await written;
  expect(await buffer(plain)).toEqual(Buffer.from('all'));
});

it('ends when the writer has failed without opening it', async () => {
  const { fifo, write } = await fifoFor('exit 3');
  const { plain, written } = throughFifo(fifo, write);
  expect(await buffer(plain)).toHaveLength(0);
  await expect(written).rejects.toMatchObject({ code: 3 });
});

it.each([
  ['is writing', 'cat /dev/zero >"$1"', 100],
  ['comes to open it only then', 'sleep 0.2; cat /dev/zero >"$1"', 0],
])('fails a writer that %s when the reader goes', async (_what, script, after) => {
  const { fifo, write } = await fifoFor(script);
  const { plain, written } = throughFifo(fifo, write);
  setTimeout(() => plain.destroy(), after);
  await expect(written).rejects.toThrow();
});
