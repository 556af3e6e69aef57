import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createS3Store } from '../../../stores/objects/s3.ts';
import { sha256 } from '../../support/sha256.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A server that takes every upload, and what was put there. */
async function recordingServer() {
  const puts: Received[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.method === 'PUT') puts.push({ headers: request.headers, body });
      const upload = request.method === 'POST' && request.url?.includes('uploads') === true;
      response.setHeader('ETag', '"tag"');
      response.end(upload ? '<Result><UploadId>1</UploadId></Result>' : '<Result></Result>');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const store = createS3Store({
    ...{ bucket: 'b', prefix: '', region: 'us-east-1', pathStyle: true, storageClass: 'STANDARD' },
    ...{ objectLockDays: 0, sseKmsKeyId: null, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  closers.push(
    () => {
      store.close();
    },
    () => {
      server.close();
      server.closeAllConnections();
    },
  );
  return { store, puts };
}

describe('an upload to S3', () => {
  it.each([1_000, 12_000_000])(
    'is signed with the SHA-256 of each body and carries its CRC-32: %d bytes',
    async (bytes) => {
      const { store, puts } = await recordingServer();
      await store.put('x', randomBytes(bytes));
      expect(puts.reduce((sum, { body }) => sum + body.length, 0)).toBe(bytes);
      for (const { headers, body } of puts) {
        expect(headers['x-amz-content-sha256']).toBe(sha256(body));
        expect(headers.authorization).toContain('x-amz-content-sha256');
        const checksum = Buffer.from(String(headers['x-amz-checksum-crc32']), 'base64');
        expect(checksum.readUInt32BE()).toBe(crc32(body));
        expect(headers.expect).toBeUndefined();
      }
    },
  );
});
