import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeChunks } from '../../../stores/objects/folder-write.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const mebibyte = 1024 * 1024;
const explain = (error: unknown): Error => new Error('on the disk', { cause: error });

/** A new file, whose syncs are these. */
async function fileWith(datasync: FileHandle['datasync']): Promise<{ path: string; handle: FileHandle }> {
  const path = join(await scratch(), 'file');
  const handle = await open(path, 'wx');
  handle.datasync = datasync;
  return { path, handle };
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700_000) {
    yield await Promise.resolve(bytes.subarray(at, at + 700_000));
  }
}

describe('writing the chunks of an object', () => {
  it('sends them to the disk on the way, one time after the other', async () => {
    const bytes = randomBytes(70 * mebibyte);
    let [running, most, syncs] = [0, 0, 0];
    const { path, handle } = await fileWith(async () => {
      running += 1;
      most = Math.max(most, running);
      syncs += 1;
      await handle.sync();
      running -= 1;
    });
    expect(await writeChunks(handle, pieces(bytes), { explain, onBytes: undefined })).toBe(bytes.length);
    await handle.close();
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(most).toBe(1);
    expect(syncs).toBeGreaterThan(0);
    expect(syncs).toBeLessThanOrEqual(4);
  });

  it('fails with what the disk refused on the way', async () => {
    const refused = new Error('EIO');
    const { handle } = await fileWith(() => Promise.reject(refused));
    const writing = writeChunks(handle, pieces(Buffer.alloc(70 * mebibyte)), { explain, onBytes: undefined });
    await expect(writing).rejects.toMatchObject({ message: 'on the disk', cause: refused });
    await handle.close();
  });
});
