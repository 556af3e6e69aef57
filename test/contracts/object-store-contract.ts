import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectStore, StoredObject } from '../../stores/objects/port.ts';
import { sha256 } from '../support/sha256.ts';

/** What every object store must keep. `makeStore` gives an empty one for each test. */
export function describeObjectStoreContract(name: string, makeStore: () => Promise<ObjectStore>): void {
  describe(`the object store in ${name}`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await makeStore();
    });

    const listed = async (prefix = ''): Promise<StoredObject[]> => {
      const found: StoredObject[] = [];
      for await (const object of store.list(prefix)) found.push(object);
      return found;
    };
    const keys = async (prefix = ''): Promise<string[]> => (await listed(prefix)).map(({ key }) => key);
    const read = async (key: string, range?: { start: number; end: number }): Promise<Buffer> =>
      buffer(await store.get(key, range));

    it('gives back what was put, with its size and metadata, and tells each piece that it stores', async () => {
      const bytes = randomBytes(3_000_001);
      const metadata = { 'backup-id': '01KAVQ0000000000000000000A', type: 'duckdb' };
      const given = createHash('sha256');
      const put = await store.put('duckdb/a/1/table.parquet', Readable.from(cut(bytes, 65_536)), {
        metadata,
        onBytes: (piece) => given.update(piece),
      });
      expect(put.bytes).toBe(bytes.length);
      expect(given.digest('hex')).toBe(sha256(bytes));
      expect((await read('duckdb/a/1/table.parquet')).equals(bytes)).toBe(true);
      expect(await store.head('duckdb/a/1/table.parquet')).toMatchObject({ bytes: bytes.length, metadata });
    });

    it('takes bytes as well as a stream, and an empty object', async () => {
      await store.put('bytes', Buffer.from('some'));
      await store.put('empty', Readable.from([]));
      expect((await read('bytes')).toString()).toBe('some');
      expect(await store.head('empty')).toMatchObject({ bytes: 0, metadata: {} });
      expect(await read('empty')).toHaveLength(0);
    });

    it('reads a part of an object, and no more than there is', async () => {
      await store.put('digits', Buffer.from('0123456789'));
      expect((await read('digits', { start: 2, end: 5 })).toString()).toBe('234');
      expect((await read('digits', { start: 8, end: 100 })).toString()).toBe('89');
      expect(await read('digits', { start: 3, end: 3 })).toHaveLength(0);
      expect(await read('digits', { start: 10, end: 12 })).toHaveLength(0);
    });

    it('digests what is really stored, telling of each part, until it is aborted', async () => {
      const bytes = randomBytes(1_700_000);
      await store.put('digested', bytes);
      const heard = createHash('sha256');
      const found = await store.digest('digested', { onBytes: (piece) => heard.update(piece) });
      expect(found).toEqual({ bytes: bytes.length, sha256: sha256(bytes) });
      expect(heard.digest('hex')).toBe(found.sha256);
      await store.put('nothing', Buffer.alloc(0));
      expect(await store.digest('nothing')).toMatchObject({ bytes: 0 });
      await expect(store.digest('missing')).rejects.toMatchObject({ code: 'object-not-found' });
      const reason = new Error('enough');
      await expect(store.digest('digested', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('never overwrites, and keeps the first', async () => {
      await store.put('once', Buffer.from('first'), { metadata: { by: 'first' } });
      const again = store.put('once', Readable.from([Buffer.from('second')]), { metadata: { by: 'second' } });
      await expect(again).rejects.toMatchObject({ code: 'object-exists' });
      expect((await read('once')).toString()).toBe('first');
      expect(await store.head('once')).toMatchObject({ metadata: { by: 'first' } });
    });

    it('lets exactly one of several writers of a key win, with its own bytes and metadata', async () => {
      const gates = Array.from({ length: 8 }, () => new PassThrough());
      const puts = gates.map((gate, index) =>
        store.put('race', gate, { metadata: { by: String(index) } }).then(
          () => index,
          (error: unknown) => error,
        ),
      );
      for (const [index, gate] of gates.entries()) gate.end(`writer ${index}`);
      const outcomes = await Promise.all(puts);
      const winners = outcomes.filter((outcome) => typeof outcome === 'number');
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) {
        if (typeof outcome !== 'number') expect(outcome).toMatchObject({ code: 'object-exists' });
      }
      expect((await read('race')).toString()).toBe(`writer ${winners[0]}`);
      expect(await store.head('race')).toMatchObject({ metadata: { by: String(winners[0]) } });
      expect(await keys()).toEqual(['race']);
    });

    it('stores nothing and throws the source’s own error when the source fails', async () => {
      const failure = new Error('the source broke');
      const source = new PassThrough();
      const put = store.put('broken', source);
      const refused = expect(put).rejects.toBe(failure);
      source.write(randomBytes(200_000));
      source.destroy(failure);
      await refused;
      expect(await store.head('broken')).toBeUndefined();
      expect(await keys()).toEqual([]);
    });

    it('stores nothing when the source had failed before, or was closed without an end', async () => {
      const failure = new Error('broken from the start');
      const failed = new PassThrough().on('error', () => undefined);
      failed.destroy(failure);
      await new Promise((resolve) => failed.once('close', resolve));
      await expect(store.put('failed', failed)).rejects.toBe(failure);
      const closed = new PassThrough();
      closed.write('half');
      const put = store.put('closed', closed);
      closed.destroy();
      await expect(put).rejects.toThrow();
      expect(await keys()).toEqual([]);
    });

    it('stores nothing when it is aborted, and throws the reason', async () => {
      const abort = new AbortController();
      const source = new PassThrough();
      const put = store.put('aborted', source, { signal: abort.signal });
      const reason = new Error('the lock is lost');
      const refused = expect(put).rejects.toBe(reason);
      source.write(randomBytes(200_000));
      abort.abort(reason);
      await refused;
      await expect(store.put('aborted', Buffer.from('x'), { signal: abort.signal })).rejects.toBe(reason);
      expect(source.destroyed).toBe(true);
      expect(await keys()).toEqual([]);
    });

    it('lists by prefix, in key order, with sizes', async () => {
      const all = ['a.txt', 'a/b', 'a/b.c/d', 'a/b0', 'a-x/1', 'a0', 'b/2', 'b/10'];
      for (const key of all) await store.put(key, Buffer.from(key));
      expect(await keys()).toEqual([...all].sort());
      expect(await keys('a/')).toEqual(['a/b', 'a/b.c/d', 'a/b0']);
      expect(await keys('a/b')).toEqual(['a/b', 'a/b.c/d', 'a/b0']);
      expect(await keys('b')).toEqual(['b/10', 'b/2']);
      expect(await keys('nothing/here')).toEqual([]);
      expect((await listed('a0'))[0]).toMatchObject({ key: 'a0', bytes: 2 });
    });

    it('deletes, also what is not there', async () => {
      await store.put('gone/soon', Buffer.from('x'), { metadata: { a: 'b' } });
      await store.delete('gone/soon');
      await store.delete('gone/soon');
      expect(await store.head('gone/soon')).toBeUndefined();
      await store.put('gone/soon', Buffer.from('again'));
      expect(await store.head('gone/soon')).toMatchObject({ bytes: 5, metadata: {} });
    });

    it('says that an object is not there before its first byte', async () => {
      await expect(store.get('missing')).rejects.toMatchObject({ code: 'object-not-found' });
      await expect(store.get('missing', { start: 0, end: 1 })).rejects.toMatchObject({
        code: 'object-not-found',
      });
      expect(await store.head('missing')).toBeUndefined();
    });

    it.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a/.', 'a\\b', 'a\nb', 'ü', 'x'.repeat(1100)])(
      'refuses the key %j',
      async (key) => {
        await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid-request' });
        await expect(store.get(key)).rejects.toMatchObject({ code: 'invalid-request' });
      },
    );

    it('refuses metadata that could not come back as it was', async () => {
      const put = store.put('m', Buffer.from('x'), { metadata: { Upper: 'x' } });
      await expect(put).rejects.toMatchObject({ code: 'invalid-request' });
    });

    it('says where an object lies', () => {
      expect(store.location('a/b')).toMatch(/^(file|s3):\/\/.*a\/b$/);
    });
  });
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
