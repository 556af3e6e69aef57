import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { openObject } from '../../../backups/sealing/open-object.ts';
import { sharedOwner } from '../../../model/manifest.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { sha256 } from '../../support/sha256.ts';
import { sinkSetting } from '../../support/sink-setting.ts';

const scratch = scratchFolders();

/** A file with this content. */
async function fileOf(content: Uint8Array): Promise<{ file: string }> {
  const file = join(await scratch(), 'content');
  await writeFile(file, content);
  return { file };
}

describe('a shared object', () => {
  const plain = randomBytes(100_000);
  const shared = { name: 'a.parquet', path: 'parquet/objects/ab/abcd', plainSha256: sha256(plain) };

  it('is stored once and found again, without reading the source', async () => {
    const { vault, sink } = await sinkSetting(await scratch());
    const first = await sink.writeShared(shared, await fileOf(plain));
    expect(first).toMatchObject({ path: shared.path, sealedBy: sharedOwner, ordinal: 0 });
    const again = await sink.writeShared({ ...shared, name: 'b.parquet' }, { file: '/nonexistent' });
    expect(again).toEqual({ ...first, name: 'b.parquet' });
    expect((await buffer(await openObject(vault, again))).equals(plain)).toBe(true);
    expect([...(await sink.shared('parquet/objects/'))]).toEqual([[shared.path, first.sealedBytes]]);
  });

  it('is refused when its content is not the one that was announced', async () => {
    const { sink, stored } = await sinkSetting(await scratch());
    const writing = sink.writeShared(shared, await fileOf(Buffer.from('changed meanwhile')));
    await expect(writing).rejects.toMatchObject({ code: 'source-changed' });
    expect(await stored()).toEqual([]);
  });

  it('is stored beside one that is damaged, which stays', async () => {
    const { vault, sink, order } = await sinkSetting(await scratch());
    await sink.writeShared(shared, await fileOf(plain));
    const file = join(vault.root, shared.path);
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const beside = await sink.writeShared(shared, await fileOf(plain));
    expect(beside.path).toBe(`${shared.path}.${order.backupId}.1`);
    expect((await buffer(await openObject(vault, beside))).equals(plain)).toBe(true);
    expect((await readFile(file)).equals(bytes)).toBe(true);
  });

  it('is taken from whoever stores it first', async () => {
    const { sink } = await sinkSetting(await scratch());
    const both = await Promise.all([
      sink.writeShared(shared, await fileOf(plain)),
      sink.writeShared(shared, await fileOf(plain)),
    ]);
    expect(both[0].sealedSha256).toBe(both[1].sealedSha256);
  });
});
