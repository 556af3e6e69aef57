import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { createObjectSink } from '../../../backups/sealing/object-sink.ts';
import { openObject, type Vault } from '../../../backups/sealing/open-object.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { sha256 } from '../../support/sha256.ts';
import { bytesOf, sinkSetting } from '../../support/sink-setting.ts';

const scratch = scratchFolders();

describe('the object sink', () => {
  it('stores what it is given, sealed, and describes it so that it can be opened', async () => {
    const { vault, sink, order, progress } = await sinkSetting(await scratch());
    const plain = randomBytes(2_500_000);
    const object = await sink.write({ name: 'main.orders', file: 't/1.parquet' }, bytesOf(plain));
    expect(object).toMatchObject({
      path: `duckdb/${order.backupId}/1/t/1.parquet`,
      name: 'main.orders',
      ordinal: 0,
      sealedBy: order.backupId,
      plainBytes: plain.length,
      plainSha256: sha256(plain),
    });
    const sealed = await readFile(join(vault.root, object.path));
    expect({ bytes: sealed.length, sha256: sha256(sealed) }).toEqual({
      bytes: object.sealedBytes,
      sha256: object.sealedSha256,
    });
    expect((await buffer(await openObject(vault, object))).equals(plain)).toBe(true);
    expect(progress()).toBe(plain.length);
    expect((await vault.store.head(object.path))?.metadata).toEqual({
      'backup-id': order.backupId,
      type: 'duckdb',
      scope: 'full',
      attempt: '1',
    });
  });

  it('writes several at once, each under an ordinal of its own', async () => {
    const { vault, sink } = await sinkSetting(await scratch());
    const plains = Array.from({ length: 8 }, () => randomBytes(300_000));
    const objects = await Promise.all(
      plains.map((plain, index) => sink.write({ name: `t${index}`, file: `t${index}` }, bytesOf(plain))),
    );
    expect(new Set(objects.map(({ ordinal }) => ordinal)).size).toBe(8);
    for (const [index, object] of objects.entries()) {
      expect((await buffer(await openObject(vault, object))).equals(plains[index] as Buffer)).toBe(true);
    }
  });

  it('stores nothing before the producer says that it has succeeded', async () => {
    const { sink, stored } = await sinkSetting(await scratch());
    const plain = new PassThrough();
    const { promise, resolve } = withResolvers();
    const writing = sink.write({ name: 't', file: 't', completion: promise }, plain);
    plain.end('all of it');
    for (let turn = 0; turn < 100; turn += 1) await new Promise((next) => setImmediate(next));
    expect(await stored()).toEqual([]);
    resolve();
    await writing;
    expect(await stored()).toHaveLength(1);
  });

  it('stores nothing when the producer fails behind a clean end', async () => {
    const { sink, stored } = await sinkSetting(await scratch());
    const failure = new Error('COPY failed');
    const plain = new PassThrough();
    const { promise, reject } = withResolvers();
    const writing = sink.write({ name: 't', file: 't', completion: promise }, plain);
    plain.end('half of it');
    const refused = expect(writing).rejects.toBe(failure);
    reject(failure);
    await refused;
    expect(await stored()).toEqual([]);
  });

  it('ends at once when the producer fails and leaves its stream open', async () => {
    const { sink, stored } = await sinkSetting(await scratch());
    const failure = new Error('COPY never began');
    const plain = new PassThrough();
    const completion = Promise.reject(failure);
    await expect(sink.write({ name: 't', file: 't', completion }, plain)).rejects.toBe(failure);
    expect(plain.destroyed).toBe(true);
    expect(await stored()).toEqual([]);
  });

  it('passes the source’s own error on', async () => {
    const { sink, stored } = await sinkSetting(await scratch());
    const failure = new Error('read failed');
    const plain = new PassThrough();
    const refused = expect(sink.write({ name: 't', file: 't' }, plain)).rejects.toBe(failure);
    plain.write(randomBytes(100_000));
    plain.destroy(failure);
    await refused;
    expect(await stored()).toEqual([]);
  });

  it('stops when it is aborted, and closes the source', async () => {
    const { sink, stored, abort } = await sinkSetting(await scratch());
    const reason = new Error('the lock is lost');
    const plain = new PassThrough();
    const refused = expect(sink.write({ name: 't', file: 't' }, plain)).rejects.toBe(reason);
    plain.write(randomBytes(100_000));
    abort.abort(reason);
    await refused;
    await closed(plain);
    expect(await stored()).toEqual([]);
  });

  it('refuses a file name twice, and one that a store might not hold', async () => {
    const { sink } = await sinkSetting(await scratch());
    await sink.write({ name: 't', file: 't' }, bytesOf(Buffer.from('x')));
    for (const file of ['t', 'Upper', '../t', 'a b']) {
      const source = new PassThrough();
      await expect(sink.write({ name: 't', file }, source)).rejects.toMatchObject({
        code: 'invalid-request',
      });
      await closed(source);
    }
  });

  it('finds a store that changes or cuts what it was given, and leaves nothing there', async () => {
    const flip = (file: Buffer): Buffer => {
      file.writeUInt8(file.readUInt8(700) ^ 1, 700);
      return file;
    };
    const cut = (file: Buffer): Buffer => file.subarray(0, -1);
    for (const spoil of [flip, cut]) {
      const { vault, order, stored } = await sinkSetting(await scratch());
      const store: Vault['store'] = {
        ...vault.store,
        async put(key, ...how) {
          const put = await vault.store.put(key, ...how);
          const file = join(vault.root, key);
          await writeFile(file, spoil(await readFile(file)));
          return put;
        },
      };
      const owner = { order, signal: new AbortController().signal, progress: () => undefined };
      const writing = createObjectSink({ ...vault, store }, owner).write(
        { name: 't', file: 't' },
        bytesOf(Buffer.from('some')),
      );
      await expect(writing).rejects.toMatchObject({
        code: 'object-damaged',
        message: expect.stringContaining('does not read back'),
      });
      expect(await stored()).toEqual([]);
    }
  });
});

function withResolvers(): {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
} {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

async function closed(stream: PassThrough): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
}
