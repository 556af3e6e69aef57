import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { incomingBytes } from './incoming-bytes.ts';
import { assertObjectKey, assertObjectMetadata, assertObjectPrefix } from './object-key.ts';
import type { ObjectStore } from './port.ts';
import { connectS3, place, type S3Connection, type S3Options } from './s3-connection.ts';
import { downloadFromS3, notFound } from './s3-download.ts';
import { isMissing, s3Error } from './s3-errors.ts';
import { sweepS3Uploads } from './s3-sweep.ts';
import { putIdKey, uploadToS3 } from './s3-upload.ts';

const sweptAgainAfter = 24 * 3_600_000;

/**
 * An object store in a bucket. Never overwrites where the server honours If-None-Match (check-store.ts finds out). What
 * dead writers left is swept before the first put, and daily. `close` ends its connections. Throws `store-unavailable`.
 */
export function createS3Store(options: S3Options): ObjectStore & { close(): void } {
  const connection = connectS3(options);
  let sweeping: Promise<void> | undefined;
  let sweptAt = 0;
  return {
    async put(key, body, putOptions = {}) {
      const incoming = incomingBytes(body, putOptions.signal);
      try {
        assertObjectKey(key);
        assertObjectMetadata(putOptions.metadata ?? {});
        if (Date.now() - sweptAt > sweptAgainAfter) {
          sweptAt = Date.now();
          sweeping = sweepS3Uploads(connection, sweptAt);
        }
        await sweeping?.catch((error: unknown) => {
          sweptAt = 0;
          throw s3Error(error, `storing ${key}`);
        });
        return await uploadToS3(connection, { key, ...putOptions }, incoming.chunks);
      } finally {
        incoming.release();
      }
    },
    async get(key, range) {
      assertObjectKey(key);
      if (range === undefined) return downloadFromS3(connection, key, { start: 0, end: undefined });
      if (range.end > range.start) return downloadFromS3(connection, key, range);
      if ((await headObject(connection, key)) === undefined) throw notFound(key);
      return Readable.from([]);
    },
    async digest(key, { signal, onBytes } = {}) {
      assertObjectKey(key);
      const stream = await downloadFromS3(connection, key, { start: 0, end: undefined });
      const incoming = incomingBytes(stream, signal);
      try {
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const chunk of incoming.chunks) {
          hash.update(chunk);
          bytes += chunk.byteLength;
          onBytes?.(chunk);
        }
        return { bytes, sha256: hash.digest('hex') };
      } finally {
        incoming.release();
      }
    },
    async head(key) {
      assertObjectKey(key);
      const found = await headObject(connection, key);
      if (found === undefined) return undefined;
      const metadata = Object.entries(found.Metadata ?? {}).filter(([name]) => name !== putIdKey);
      return {
        key,
        bytes: found.ContentLength ?? 0,
        modified: found.LastModified?.getTime() ?? 0,
        metadata: Object.fromEntries(metadata),
        storeChecksum: found.ETag ?? null,
      };
    },
    async *list(prefix) {
      assertObjectPrefix(prefix);
      const { client, options: settings } = connection;
      const where = { Bucket: settings.bucket, Prefix: `${settings.prefix}${prefix}` };
      try {
        for await (const { Contents = [] } of paginateListObjectsV2({ client }, where)) {
          for (const { Key = '', Size = 0, LastModified } of Contents) {
            const key = Key.slice(settings.prefix.length);
            yield { key, bytes: Size, modified: LastModified?.getTime() ?? 0 };
          }
        }
      } catch (error) {
        throw s3Error(error, `listing s3://${settings.bucket}/${settings.prefix}${prefix}`);
      }
    },
    async delete(key) {
      assertObjectKey(key);
      try {
        await connection.client.send(new DeleteObjectCommand(place(connection, key)));
      } catch (error) {
        if (!isMissing(error)) throw s3Error(error, `deleting ${key}`);
      }
    },
    location: (key) => `s3://${options.bucket}/${options.prefix}${key}`,
    close() {
      connection.client.destroy();
    },
  };
}

async function headObject(
  connection: S3Connection,
  key: string,
): Promise<HeadObjectCommandOutput | undefined> {
  const { client, options } = connection;
  try {
    return await client.send(new HeadObjectCommand(place(connection, key))).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      // An answer to HEAD has no body that would tell a missing bucket from a missing object.
      await client.send(
        new ListObjectsV2Command({ Bucket: options.bucket, Prefix: options.prefix, MaxKeys: 1 }),
      );
      return undefined;
    });
  } catch (error) {
    throw s3Error(error, `looking at ${key}`);
  }
}
