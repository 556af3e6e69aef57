import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyRing, SealContext } from '../../stores/keys/port.ts';

const context: SealContext = {
  backupId: '01KAVQ0000000000000000000A',
  path: 'duckdb/01KAVQ0000000000000000000A/1/orders.parquet',
  ordinal: 3,
};
const mebibyte = 1 << 20;

/** What every key ring must keep. `makeKeyRing` gives one that can seal and open; `makeOther` one with other keys. */
export function describeKeyRingContract(
  name: string,
  makeKeyRing: () => Promise<KeyRing>,
  makeOther: () => Promise<KeyRing>,
): void {
  describe(`the key ring ${name}`, () => {
    let keys: KeyRing;
    beforeAll(async () => {
      keys = await makeKeyRing();
    });
    const seal = async (plain: Buffer, size = 65_536): Promise<Buffer> =>
      buffer(keys.seal(Readable.from(cut(plain, size)), context));
    const open = async (sealed: Buffer, size = 65_536, place = context, ring = keys): Promise<Buffer> =>
      buffer(ring.open(Readable.from(cut(sealed, size)), place));

    it('names its keys and its cipher', () => {
      expect(keys.keyIds.length).toBeGreaterThan(0);
      expect(keys.encryption).toBe('AES-256-GCM');
    });

    it.each([0, 1, 1000, mebibyte - 1, mebibyte, mebibyte + 1, 3 * mebibyte + 12_345])(
      'opens what it sealed: %d bytes',
      async (size) => {
        const plain = randomBytes(size);
        const sealed = await seal(plain);
        expect(sealed.length).toBeGreaterThan(size);
        expect((await open(sealed, 10_007)).equals(plain)).toBe(true);
      },
    );

    it('seals the same bytes differently each time', async () => {
      const plain = randomBytes(100);
      expect((await seal(plain)).equals(await seal(plain))).toBe(false);
    });

    it('finds a changed byte, wherever it is', async () => {
      const sealed = await seal(randomBytes(2 * mebibyte + 500));
      const places = [0, 1, 5, 40, 200, 700, sealed.length - 1, sealed.length - 20];
      for (let place = 1000; place < sealed.length; place += 150_001) places.push(place);
      for (const place of places) {
        const changed = Buffer.from(sealed);
        changed[place] = (changed[place] ?? 0) ^ 1;
        await expect(open(changed)).rejects.toMatchObject({
          code: 'object-damaged',
          message: expect.stringContaining(context.path),
        });
      }
    });

    it('finds that an object was cut short, also at the end of a frame', async () => {
      const sealed = await seal(randomBytes(2 * mebibyte));
      for (const length of [0, 3, 100, 1000, mebibyte, sealed.length - 36, sealed.length - 1]) {
        await expect(open(sealed.subarray(0, length))).rejects.toMatchObject({ code: 'object-damaged' });
      }
    });

    it('finds frames in another order', async () => {
      const sealed = await seal(randomBytes(3 * mebibyte));
      const frame = mebibyte + 32;
      const head = sealed.length - (36 + 3 * frame);
      const at = (index: number): Buffer => sealed.subarray(head + index * frame, head + (index + 1) * frame);
      const rest = sealed.subarray(head + 3 * frame);
      expect(await open(Buffer.concat([sealed.subarray(0, head), at(0), at(1), at(2), rest]))).toHaveLength(
        3 * mebibyte,
      );
      const swapped = Buffer.concat([sealed.subarray(0, head), at(1), at(0), at(2), rest]);
      await expect(open(swapped)).rejects.toMatchObject({ code: 'object-damaged' });
    });

    it.each([
      ['backup', { ...context, backupId: '01KAVQ0000000000000000000B' }],
      ['path', { ...context, path: 'duckdb/elsewhere' }],
      ['ordinal', { ...context, ordinal: 4 }],
    ])('finds an object that was sealed for another %s', async (_, place) => {
      const sealed = await seal(Buffer.from('valid, but not here'));
      await expect(open(sealed, 65_536, place)).rejects.toMatchObject({
        code: 'object-damaged',
        message: expect.stringContaining('another place'),
      });
    });

    it('does not open what was sealed for other keys, and shows no key', async () => {
      const sealed = await seal(Buffer.from('secret'));
      const error: unknown = await open(sealed, 65_536, context, await makeOther()).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'object-damaged', message: expect.stringContaining('other keys') });
    });

    it('passes an error of the source on as it is, sealing and opening', async () => {
      for (const through of ['seal', 'open'] as const) {
        for (const sent of [0, 200_000]) {
          const failure = new Error('the source broke');
          const source = new PassThrough();
          const result = buffer(keys[through](source, context));
          const refused = expect(result).rejects.toBe(failure);
          if (sent > 0 && through === 'seal') source.write(randomBytes(sent));
          source.destroy(failure);
          await refused;
        }
      }
    });

    it('does not take a source that was closed early for a damaged object, nor for an end', async () => {
      const source = new PassThrough();
      const sealed = buffer(keys.seal(source, context));
      const opened = buffer(keys.open(source, context));
      const refused = [expect(sealed).rejects, expect(opened).rejects];
      source.destroy();
      for (const refusal of refused) {
        await refusal.toThrow();
        await refusal.not.toMatchObject({ code: 'object-damaged' });
      }
    });

    it('ends its source when its result is destroyed, even while the source is silent', async () => {
      for (const through of ['seal', 'open'] as const) {
        const source = new PassThrough();
        const result = keys[through](source, context).on('error', () => undefined);
        const closed = new Promise((resolve) => source.once('close', resolve));
        result.destroy(new Error('aborted'));
        await closed;
        expect(source.destroyed).toBe(true);
      }
    });

    it('takes no more from its source than it can pass on', async () => {
      let taken = 0;
      const source = Readable.from(
        (function* () {
          for (; taken < 200; taken += 1) yield Buffer.alloc(mebibyte);
        })(),
        { objectMode: false, highWaterMark: mebibyte },
      );
      const sealed = keys.seal(source, context);
      await new Promise((resolve) => sealed.once('readable', resolve));
      for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(taken).toBeLessThan(12);
      sealed.destroy();
    });
  });
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
