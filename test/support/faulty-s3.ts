import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach } from '@jest/globals';
import type { S3Options } from '../../stores/objects/s3-connection.ts';
import { createS3Store } from '../../stores/objects/s3.ts';
import { type FaultyProxy, type Spoiling, startFaultyProxy } from './faulty-proxy.ts';
import type { MotoServer } from './moto-server.ts';

/** A bucket of its own, a store in it, and the proxy between the two. */
export type StoreBehind = (
  moto: MotoServer,
  spoil: (incoming: IncomingMessage) => Spoiling | undefined,
  limits?: Pick<S3Options, 'silenceMs'>,
) => Promise<{ readonly store: ReturnType<typeof createS3Store>; readonly proxy: FaultyProxy }>;

/** A maker of stores behind a bad network; they are closed after each test. */
export function storesBehindProxy(): StoreBehind {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  return async ({ url, credentials }, spoil, limits = {}) => {
    const bucket = `bucket-${randomUUID()}`;
    const client = new S3Client({ region: 'us-east-1', endpoint: url, credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const proxy = await startFaultyProxy(url, spoil);
    const store = createS3Store({
      ...{ bucket, prefix: '', region: 'us-east-1', endpoint: proxy.url, pathStyle: true, credentials },
      ...{ storageClass: 'STANDARD', objectLockDays: 0, sseKmsKeyId: null, partBytes: 5 * 1024 * 1024 },
      ...limits,
    });
    closers.push(
      () => {
        store.close();
      },
      () => proxy.close(),
    );
    return { store, proxy };
  };
}

/** Whether a request is the one that is meant. */
export type Matching = (incoming: IncomingMessage) => boolean;

/** Spoils the first requests that match. */
export function first(count: number, spoiling: Spoiling, match: Matching) {
  let left = count;
  return (incoming: IncomingMessage): Spoiling | undefined => {
    if (left === 0 || !match(incoming)) return undefined;
    left -= 1;
    return spoiling;
  };
}

/** Spoils the first request of each kind, by method and path. */
export function firstOfEach(kinds: readonly RegExp[], spoiling: Spoiling) {
  const left = new Set(kinds);
  const spoil = ({ method = '', url = '' }: IncomingMessage): Spoiling | undefined => {
    const kind = [...left].find((one) => one.test(`${method} ${url}`));
    if (kind === undefined) return undefined;
    left.delete(kind);
    return spoiling;
  };
  /** Kinds of which no request has come. */
  return { spoil, left: () => [...left] };
}
