import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { openObject } from '../../../backups/sealing/open-object.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { bytesOf, sinkSetting } from '../../support/sink-setting.ts';

const scratch = scratchFolders();

describe('opening an object that a manifest names', () => {
  it('finds it flipped, cut, swapped, replaced by an older one, lengthened, or gone', async () => {
    const { vault, sink } = await sinkSetting(await scratch());
    const one = await sink.write({ name: 'one', file: 'one' }, bytesOf(randomBytes(1_500_000)));
    const two = await sink.write({ name: 'two', file: 'two' }, bytesOf(randomBytes(1_500_000)));
    const file = join(vault.root, one.path);
    const whole = await readFile(file);
    const flipped = Buffer.from(whole);
    flipped[700_000] = (flipped[700_000] ?? 0) ^ 1;
    const resealed = await buffer(
      vault.keys.seal(bytesOf(randomBytes(10)), {
        backupId: one.sealedBy,
        path: one.path,
        ordinal: one.ordinal,
      }),
    );
    const damages = [
      flipped,
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 0),
      await readFile(join(vault.root, two.path)),
      // Sealed with the right keys for this very place, but not what the manifest names.
      resealed,
      Buffer.concat([whole, Buffer.from('more')]),
    ];
    for (const damage of damages) {
      await writeFile(file, damage);
      await expect(openObject(vault, one).then(buffer)).rejects.toMatchObject({
        code: 'object-damaged',
        message: expect.stringContaining(one.path),
      });
    }
    await vault.store.delete(one.path);
    await expect(openObject(vault, one)).rejects.toMatchObject({
      code: 'object-damaged',
      message: expect.stringContaining('missing'),
    });
  });
});
