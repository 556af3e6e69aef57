import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createObjectSink } from '../../../backups/sealing/object-sink.ts';
import { errorCode } from '../../../errors/coded-error.ts';
import { checkObjectStore, refuseUnsafeStore } from '../../../stores/objects/check-store.ts';
import type { ObjectStore } from '../../../stores/objects/port.ts';
import type { Spoiling } from '../../support/faulty-proxy.ts';
import { first, firstOfEach, type Matching, storesBehindProxy } from '../../support/faulty-s3.ts';
import { testKeys } from '../../support/key-ring.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';
import { anOrder } from '../../support/orders.ts';
import { sha256 } from '../../support/sha256.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const storeBehind = storesBehindProxy();
const mebibyte = 1024 * 1024;
const slowDown = '<Error><Code>SlowDown</Code><Message>slow down</Message></Error>';
const unavailable = { code: 'store-unavailable' };

/** What comes between a request and its answer, for a moment. */
const faults: [string, Spoiling][] = [
  ['a reset', { reset: true }],
  ['a 500', { status: 500 }],
  ['SlowDown', { status: 503, body: slowDown }],
  ['silence', { stall: 'before' }],
  ['half an answer', { stall: 'midway' }],
  ['a lost answer', { loseAnswer: true }],
  ['a cut answer', { cutAfter: 100 }],
];

async function keysIn(store: ObjectStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  return keys;
}

const reads: Matching = ({ method, url }) => method === 'GET' && /\/x\?/.test(url ?? '');
const creates: Matching = ({ method }) => method === 'PUT';
const completes: Matching = ({ method, url }) => method === 'POST' && /uploadId=/.test(url ?? '');

(python === undefined ? describe.skip : describe)('S3 behind a bad network', () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
  });
  afterAll(() => moto.stop());

  it.each<[string, number, Matching]>([
    ['in one request', 1000, creates],
    ['in parts', 6 * mebibyte, completes],
  ])('knows its own object again when the answer was lost, %s', async (_, bytes, match) => {
    const { store } = await storeBehind(moto, first(1, { loseAnswer: true }, match));
    const body = Buffer.alloc(bytes, 'x');
    await store.put('x', body);
    expect(await store.digest('x')).toEqual({ bytes, sha256: sha256(body) });
    await expect(store.put('x', Buffer.alloc(bytes, 'y'))).rejects.toMatchObject({ code: 'object-exists' });
  });

  it.each(faults)('stores objects once and whole in spite of %s at every step', async (_, spoiling) => {
    const steps = [
      /^GET .*uploads/,
      /^PUT .*uploadId/,
      /^PUT .*PutObject/,
      /^POST .*uploads/,
      /^POST .*uploadId/,
    ];
    const { spoil, left } = firstOfEach(steps, spoiling);
    const { store } = await storeBehind(moto, spoil, { silenceMs: 500 });
    for (const [key, size] of [
      ['large', 6 * mebibyte],
      ['small', 1000],
    ] as const) {
      const body = Buffer.alloc(size, key);
      await store.put(key, body);
      expect(await store.digest(key)).toEqual({ bytes: size, sha256: sha256(body) });
    }
    expect(left()).toEqual([]);
    expect(await keysIn(store)).toEqual(['large', 'small']);
  });

  it.each(faults)('reads, looks at, lists and deletes objects in spite of %s', async (_, spoiling) => {
    const steps = [/^GET .*list-type/, /^GET .*GetObject/, /^HEAD /, /^DELETE /];
    const { spoil, left } = firstOfEach(steps, spoiling);
    let spoils = false;
    const { store } = await storeBehind(moto, (incoming) => (spoils ? spoil(incoming) : undefined), {
      silenceMs: 500,
    });
    const body = randomBytes(200_000);
    const { bytes } = await store.put('x', body);
    spoils = true;
    expect(await keysIn(store)).toEqual(['x']);
    expect(await store.digest('x')).toEqual({ bytes, sha256: sha256(body) });
    expect(await store.head('x')).toMatchObject({ bytes });
    await store.delete('x');
    expect(left()).toEqual([]);
    expect(await store.head('x')).toBeUndefined();
  });

  it.each<[string, Spoiling]>([
    ['before an answer', { stall: 'before' }],
    ['midway', { stall: 'midway' }],
  ])('gives up in time when the server stalls %s', async (_, spoiling) => {
    let stalled = false;
    const { store } = await storeBehind(moto, () => (stalled ? spoiling : undefined), { silenceMs: 150 });
    await store.put('x', randomBytes(200_000));
    stalled = true;
    const begun = performance.now();
    const put = await store.put('y', Buffer.from('y')).then(() => 'stored', errorCode);
    // The answer to a put may be all there: it has no second half.
    if (put !== 'stored' || spoiling.stall === 'before') expect(put).toBe('store-unavailable');
    await expect(store.digest('x')).rejects.toMatchObject(unavailable);
    await expect(keysIn(store)).rejects.toMatchObject(unavailable);
    expect(performance.now() - begun).toBeLessThan(30_000);
    stalled = false;
    const there = await store.head('y');
    // What the server got before it fell silent it may have stored: then whole.
    expect(put === 'stored' ? there?.bytes : (there?.bytes ?? 1)).toBe(1);
  });

  it('finds by its digest that a byte was changed on the way', async () => {
    const { store } = await storeBehind(moto, (incoming) => (reads(incoming) ? { flipAt: 1000 } : undefined));
    const body = randomBytes(5_000);
    await store.put('x', body);
    expect((await store.digest('x')).sha256).not.toBe(sha256(body));
  });

  it.each<[string, number, Matching]>([
    ['in one request', 1000, ({ url }) => /PutObject/.test(url ?? '')],
    ['in parts', 6 * mebibyte, ({ url }) => /partNumber=2/.test(url ?? '')],
  ])('claims no object whose bytes were changed on the way up, %s', async (_, bytes, match) => {
    // moto does not compare what it gets with its SHA-256, as other servers may not.
    const { store } = await storeBehind(moto, first(1, { flipSentAt: 500 }, match));
    const { keys } = await testKeys();
    const order = anOrder('duckdb-full');
    const owner = { order, signal: new AbortController().signal, progress: () => undefined };
    const sink = createObjectSink({ store, keys }, owner);
    await expect(
      sink.write({ name: 'orders', file: 'orders' }, Readable.from([randomBytes(bytes)])),
    ).rejects.toMatchObject({ code: 'object-damaged' });
    expect(await keysIn(store)).toEqual([]);
  });

  it('goes on with a download where it broke off', async () => {
    const { store, proxy } = await storeBehind(moto, first(3, { cutAfter: 700_000 }, reads));
    const bytes = randomBytes(3_000_000);
    await store.put('x', bytes);
    const before = proxy.requests();
    const read = await buffer(await store.get('x', { start: 10, end: 2_900_000 }));
    expect(read.equals(bytes.subarray(10, 2_900_000))).toBe(true);
    expect(proxy.requests() - before).toBe(4);
  });

  it('does not go on with a download of an object that was replaced', async () => {
    const { store } = await storeBehind(moto, first(1, { cutAfter: 700_000 }, reads));
    await store.put('x', randomBytes(3_000_000));
    const reading = await store.get('x');
    await store.delete('x');
    await store.put('x', randomBytes(3_000_000));
    // Asked for the rest while there was none, or when there was another.
    expect(await buffer(reading).then(() => 'read', errorCode)).toMatch(
      /^(object-not-found|store-unavailable)$/,
    );
  });

  it('gives up with a coded error when the server stays away, and stores nothing', async () => {
    let away = false;
    const { store } = await storeBehind(moto, () => (away ? { status: 503 } : undefined));
    await store.put('x', Buffer.from('x'));
    away = true;
    await expect(store.put('y', Buffer.alloc(6 * mebibyte))).rejects.toMatchObject(unavailable);
    await expect(store.get('x')).rejects.toMatchObject(unavailable);
    await expect(store.head('x')).rejects.toMatchObject(unavailable);
    away = false;
    expect(await store.head('y')).toBeUndefined();
  });

  it('is refused when the server overwrites in spite of If-None-Match', async () => {
    const { store } = await storeBehind(moto, () => ({ without: ['if-none-match'] }));
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
