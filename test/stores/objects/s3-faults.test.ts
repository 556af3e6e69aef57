import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCode } from '../../../errors/coded-error.ts';
import { checkObjectStore, refuseUnsafeStore } from '../../../stores/objects/check-store.ts';
import { createS3Store } from '../../../stores/objects/s3.ts';
import { type FaultyProxy, type Spoiling, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const mebibyte = 1024 * 1024;

(python === undefined ? describe.skip : describe)('S3 behind a bad network', () => {
  let moto: MotoServer;
  const opened: (() => unknown)[] = [];
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
  });
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });
  afterAll(() => moto.stop());

  async function storeBehind(
    spoil: (incoming: IncomingMessage) => Spoiling | undefined,
    limits: { readonly silenceMs?: number } = {},
  ) {
    const bucket = `bucket-${randomUUID()}`;
    const { credentials } = moto;
    const client = new S3Client({
      region: 'us-east-1',
      endpoint: moto.url,
      credentials,
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const proxy: FaultyProxy = await startFaultyProxy(moto.url, spoil);
    const store = createS3Store({
      ...{ bucket, prefix: '', region: 'us-east-1', endpoint: proxy.url, pathStyle: true, credentials },
      ...{ storageClass: 'STANDARD', objectLockDays: 0, sseKmsKeyId: null, partBytes: 5 * mebibyte },
      ...limits,
    });
    opened.push(
      () => {
        store.close();
      },
      () => proxy.close(),
    );
    return { store, proxy };
  }
  /** Spoils the first requests that match. */
  const first = (count: number, spoiling: Spoiling, match: (incoming: IncomingMessage) => boolean) => {
    let left = count;
    return (incoming: IncomingMessage): Spoiling | undefined => {
      if (left === 0 || !match(incoming)) return undefined;
      left -= 1;
      return spoiling;
    };
  };

  it.each([
    ['in one request', 1000, (incoming: IncomingMessage) => incoming.method === 'PUT'],
    [
      'in parts',
      11 * mebibyte,
      ({ method, url }: IncomingMessage) => method === 'POST' && /uploadId=/.test(url ?? ''),
    ],
  ])('knows its own object again when the answer was lost, %s', async (_, bytes, match) => {
    const { store } = await storeBehind(first(1, { loseAnswer: true }, match));
    const { sha256 } = await store.put('x', Buffer.alloc(bytes, 'x'));
    expect(await store.digest('x')).toEqual({ bytes, sha256 });
    await expect(store.put('x', Buffer.alloc(bytes, 'y'))).rejects.toMatchObject({ code: 'object-exists' });
  });

  it.each([500, 503])('tries again when the server answers %d for a moment', async (status) => {
    const { store } = await storeBehind(first(2, { status }, ({ method }) => method === 'PUT'));
    const { sha256 } = await store.put('x', Buffer.alloc(11 * mebibyte, 'x'));
    expect((await store.digest('x')).sha256).toBe(sha256);
  });

  it.each<[string, Spoiling]>([
    ['a reset', { reset: true }],
    ['SlowDown', { status: 503, body: '<Error><Code>SlowDown</Code><Message>slow down</Message></Error>' }],
    ['silence', { stall: 'before' }],
    ['half an answer', { stall: 'midway' }],
  ])('stores an object once and whole in spite of %s', async (_, spoiling) => {
    for (const match of [/^PUT/, /^POST .*uploads/, /^POST .*uploadId/]) {
      const at = ({ method = '', url = '' }: IncomingMessage) => match.test(`${method} ${url}`);
      const { store } = await storeBehind(first(1, spoiling, at), { silenceMs: 500 });
      const { bytes, sha256 } = await store.put('x', Buffer.alloc(11 * mebibyte, 'x'));
      expect(await store.digest('x')).toEqual({ bytes, sha256 });
      const keys: string[] = [];
      for await (const { key } of store.list('')) keys.push(key);
      expect(keys).toEqual(['x']);
    }
  });

  it.each<[string, Spoiling]>([
    ['before an answer', { stall: 'before' }],
    ['midway', { stall: 'midway' }],
  ])('gives up in time when the server stalls %s', async (_, spoiling) => {
    let stalled = false;
    const { store } = await storeBehind(() => (stalled ? spoiling : undefined), { silenceMs: 150 });
    await store.put('x', randomBytes(200_000));
    stalled = true;
    const unavailable = { code: 'store-unavailable' };
    const begun = performance.now();
    const put = await store.put('y', Buffer.from('y')).then(() => 'stored', errorCode);
    // The answer to a put may be all there: it has no second half.
    expect(spoiling.stall === 'midway' ? ['stored', 'store-unavailable'] : ['store-unavailable']).toContain(
      put,
    );
    await expect(store.digest('x')).rejects.toMatchObject(unavailable);
    expect(performance.now() - begun).toBeLessThan(20_000);
    stalled = false;
    const there = await store.head('y');
    // What the server got before it fell silent it may have stored: then whole.
    expect(put === 'stored' ? there?.bytes : (there?.bytes ?? 1)).toBe(1);
  });

  it('finds by its digest that a byte was changed on the way', async () => {
    const { store } = await storeBehind(({ method, url }) =>
      method === 'GET' && /\/x\?/.test(url ?? '') ? { flipAt: 1000 } : undefined,
    );
    const { sha256 } = await store.put('x', randomBytes(5_000));
    expect((await store.digest('x')).sha256).not.toBe(sha256);
  });

  it('goes on with a download where it broke off', async () => {
    const cut = { cutAfter: 700_000 };
    const { store, proxy } = await storeBehind(
      first(3, cut, ({ method, url }) => method === 'GET' && /\/x\?/.test(url ?? '')),
    );
    const bytes = randomBytes(3_000_000);
    await store.put('x', bytes);
    const before = proxy.requests();
    expect(
      (await buffer(await store.get('x', { start: 10, end: 2_900_000 }))).equals(
        bytes.subarray(10, 2_900_000),
      ),
    ).toBe(true);
    expect(proxy.requests() - before).toBe(4);
  });

  it('gives up with a coded error when the server stays away, and stores nothing', async () => {
    let away = false;
    const { store } = await storeBehind(() => (away ? { status: 503 } : undefined));
    await store.put('x', Buffer.from('x'));
    away = true;
    const unavailable = { code: 'store-unavailable' };
    await expect(store.put('y', Buffer.alloc(6 * mebibyte))).rejects.toMatchObject(unavailable);
    await expect(store.get('x')).rejects.toMatchObject(unavailable);
    await expect(store.head('x')).rejects.toMatchObject(unavailable);
    away = false;
    expect(await store.head('y')).toBeUndefined();
  });

  it('is refused when the server overwrites in spite of If-None-Match', async () => {
    const { store } = await storeBehind(() => ({ without: ['if-none-match'] }));
    const lacking = (await checkObjectStore(store)).filter(({ kept }) => !kept);
    expect(lacking.map(({ guarantee }) => guarantee)).toEqual([
      'never overwrites an object',
      'never overwrites an object that is uploaded in parts',
    ]);
    await expect(refuseUnsafeStore(store)).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringContaining('If-None-Match'),
    });
  });
});
