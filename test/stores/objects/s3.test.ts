import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newBackupId } from '../../../model/backup-id.ts';
import { checkObjectStore, refuseUnsafeStore } from '../../../stores/objects/check-store.ts';
import { sweepS3Uploads } from '../../../stores/objects/s3-sweep.ts';
import { connectS3, type S3Options } from '../../../stores/objects/s3-connection.ts';
import { createS3Store } from '../../../stores/objects/s3.ts';
import { describeObjectStoreContract } from '../../contracts/object-store-contract.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';
import { sha256 } from '../../support/sha256.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const day = 24 * 3_600_000;
const mebibyte = 1024 * 1024;
let moto: MotoServer;
let client: S3Client;
const stores: { close(): void }[] = [];

async function newStore(change: Partial<S3Options> & { readonly lock?: boolean } = {}) {
  const { lock = false, ...options } = change;
  const bucket = `bucket-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: lock }));
  const all: S3Options = {
    ...{ bucket, prefix: 'backups/', region: 'us-east-1', endpoint: moto.url, pathStyle: true },
    ...{ storageClass: 'STANDARD_IA', objectLockDays: 0, sseKmsKeyId: null, credentials: moto.credentials },
    partBytes: 5 * mebibyte,
    ...options,
  };
  const store = createS3Store(all);
  stores.push(store);
  return { store, bucket, options: all };
}

(python === undefined ? describe.skip : describe)('with an S3 server', () => {
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
    const { credentials, url: endpoint } = moto;
    client = new S3Client({ region: 'us-east-1', endpoint, credentials, forcePathStyle: true });
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    client.destroy();
    await moto.stop();
  });

  describeObjectStoreContract('S3', async () => (await newStore()).store);

  it('says the entity tag that it has kept since the upload', async () => {
    const { store } = await newStore();
    for (const [key, bytes] of [
      ['whole', 1000],
      ['parts', 6 * mebibyte],
    ] as const) {
      const put = await store.put(key, Buffer.alloc(bytes, key));
      expect(await store.head(key)).toMatchObject({ bytes, storeChecksum: put.storeChecksum });
      expect(put.storeChecksum).not.toBeNull();
    }
  });

  it('uploads in parts, leaves none behind, and gives all of it back', async () => {
    const { store, bucket } = await newStore();
    for (const bytes of [5 * mebibyte - 1, 5 * mebibyte, 5 * mebibyte + 1, 15 * mebibyte, 23 * mebibyte]) {
      const body = Buffer.alloc(bytes, String(bytes));
      const put = await store.put(`size/${bytes}`, body);
      expect(put.storeChecksum).not.toBeNull();
      expect(await store.digest(`size/${bytes}`)).toEqual({ bytes, sha256: sha256(body) });
      await expect(store.put(`size/${bytes}`, body)).rejects.toMatchObject({ code: 'object-exists' });
    }
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads ?? []).toEqual([]);
  });

  it('aborts an upload in parts when its source fails', async () => {
    const { store, bucket } = await newStore();
    const failure = new Error('the source broke');
    const source = async function* () {
      yield Buffer.alloc(12 * mebibyte);
      await Promise.resolve();
      throw failure;
    };
    await expect(store.put('broken', Readable.from(source(), { objectMode: false }))).rejects.toBe(failure);
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads ?? []).toEqual([]);
    expect(await store.head('broken')).toBeUndefined();
  });

  it('sweeps what dead writers left, and leaves what is young or not ours', async () => {
    const { options, bucket } = await newStore();
    // moto gives all uploads one date, long ago: the id in the key tells when this one can have begun at the earliest.
    const young = `backups/duckdb/${newBackupId(Date.now())}/1/table`;
    for (const Key of ['backups/dead', young, 'others/dead']) {
      await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    }
    const uploads = async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
    const left = async () => (await uploads()).map(({ Key }) => Key).sort();
    const begun = (await uploads())[0]?.Initiated?.getTime() ?? 0;
    const connection = connectS3(options);
    await sweepS3Uploads(connection, begun + day);
    expect(await left()).toEqual(['backups/dead', young, 'others/dead']);
    await sweepS3Uploads(connection, begun + 30 * day);
    expect(await left()).toEqual([young, 'others/dead']);
    await sweepS3Uploads(connection, Date.now() + 30 * day);
    expect(await left()).toEqual(['others/dead']);
    connection.client.destroy();
  });

  it('keeps Parquet objects in their class, encrypts with a KMS key, and locks', async () => {
    const { store, bucket } = await newStore({ lock: true, objectLockDays: 3, sseKmsKeyId: 'alias/backups' });
    await store.put('parquet/objects/ab/abcd', Buffer.from('x'));
    await store.put('duckdb/m', Buffer.alloc(6 * mebibyte));
    const parquet = { Bucket: bucket, Key: 'backups/parquet/objects/ab/abcd' };
    expect(await client.send(new HeadObjectCommand(parquet))).toMatchObject({
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: expect.stringContaining('alias/backups'),
    });
    const duckdb = { Bucket: bucket, Key: 'backups/duckdb/m' };
    expect((await client.send(new HeadObjectCommand(duckdb))).StorageClass ?? 'STANDARD').toBe('STANDARD');
    const locked = await client.send(new HeadObjectCommand(parquet));
    expect(locked.ObjectLockMode).toBe('COMPLIANCE');
    const days = ((locked.ObjectLockRetainUntilDate?.getTime() ?? 0) - Date.now()) / day;
    expect(Math.round(days)).toBe(3);
  });

  it('says what to do when there is no bucket, no server or no name', async () => {
    const nowhere = [
      [{ bucket: `missing-${randomUUID()}` }, /there is no such bucket/],
      [{ endpoint: 'http://127.0.0.1:1' }, /nobody answers|ECONNREFUSED/],
    ] as const;
    for (const [change, advice] of nowhere) {
      const { store } = await newStore(change);
      const told = { code: 'store-unavailable', message: expect.stringMatching(advice) };
      await expect(store.put('x', Buffer.from('x'))).rejects.toMatchObject(told);
      await expect(store.get('x')).rejects.toMatchObject(told);
      await expect(store.get('x', { start: 0, end: 0 })).rejects.toMatchObject(told);
      await expect(store.head('x')).rejects.toMatchObject(told);
      await expect(store.digest('x')).rejects.toMatchObject(told);
      await expect(store.delete('x')).rejects.toMatchObject(told);
      await expect(store.list('')[Symbol.asyncIterator]().next()).rejects.toMatchObject(told);
    }
  });

  it('passes the check of what backups rely on', async () => {
    const { store } = await newStore();
    expect((await checkObjectStore(store)).filter(({ kept }) => !kept)).toEqual([]);
    await refuseUnsafeStore(store);
    expect(await store.list('')[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });
});
