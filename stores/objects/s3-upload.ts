import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CodedError } from '../../errors/coded-error.ts';
import type { PutOptions, PutResult } from './port.ts';
import { crc32Base64, signWith } from './s3-checksums.ts';
import { keeping, place, type S3Connection } from './s3-connection.ts';
import { isMissing, s3Error, s3Failure } from './s3-errors.ts';
import { createPartBuffers, cutIntoParts, type PartBuffers } from './s3-parts.ts';

/** Names the put that made an object: whether a repeated request met our own object or somebody else's. */
export const putIdKey = 'put-id';

interface Upload {
  readonly connection: S3Connection;
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** One part being sent, one waiting, one being filled. */
const buffersInUse = 3;
const maxParts = 10_000;

/** Uploads a stream: in one request when it is short, in parts else. The object appears whole or not at all. */
export async function uploadToS3(
  connection: S3Connection,
  object: { readonly key: string } & PutOptions,
  chunks: AsyncIterable<Uint8Array>,
): Promise<PutResult> {
  const { key, signal, onBytes } = object;
  const upload = { connection, key, signal, metadata: { ...object.metadata, [putIdKey]: randomUUID() } };
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      onBytes?.(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  const buffers = createPartBuffers(buffersInUse, connection.partBytes, connection.spareBuffers);
  try {
    const parts = cutIntoParts(counted(), buffers);
    const { value: first } = (await parts.next()) as IteratorYieldResult<Uint8Array>;
    const storeChecksum =
      first.byteLength < connection.partBytes
        ? await putWhole(upload, first)
        : await putParts(upload, startingWith(first, parts), buffers);
    return { bytes, storeChecksum };
  } finally {
    buffers.release();
  }
}

async function* startingWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function putWhole(upload: Upload, body: Uint8Array): Promise<string | null> {
  const { connection, key, metadata, signal } = upload;
  const command = new PutObjectCommand({
    ...place(connection, key),
    ...keeping(connection, key, Date.now()),
    Body: body,
    Metadata: metadata,
    ChecksumAlgorithm: 'CRC32',
    ChecksumCRC32: crc32Base64(body),
    IfNoneMatch: '*',
  });
  signWith(body, command);
  return decide(upload, async () => {
    const answer = await connection.client.send(command, sending(signal));
    return answer.ETag ?? null;
  });
}

async function putParts(
  upload: Upload,
  parts: AsyncIterable<Uint8Array>,
  buffers: PartBuffers,
): Promise<string | null> {
  const { connection, key, metadata, signal } = upload;
  const { client } = connection;
  const { UploadId } = await attempt(upload, () =>
    client.send(
      new CreateMultipartUploadCommand({
        ...place(connection, key),
        ...keeping(connection, key, Date.now()),
        Metadata: metadata,
        ChecksumAlgorithm: 'CRC32',
      }),
      sending(signal),
    ),
  );
  try {
    const sent = await sendParts({ ...upload, UploadId }, parts, buffers);
    const complete = new CompleteMultipartUploadCommand({
      ...place(connection, key),
      UploadId,
      MultipartUpload: { Parts: sent },
      IfNoneMatch: '*',
    });
    return await decide(upload, async () => (await client.send(complete, sending(signal))).ETag ?? null);
  } catch (error) {
    const abort = new AbortMultipartUploadCommand({ ...place(connection, key), UploadId });
    await client.send(abort).catch((abortError: unknown) => {
      // Swept later where this fails too; why the upload failed says more.
      if (!isMissing(abortError) && error instanceof Error) error.cause ??= abortError;
    });
    throw error;
  }
}

/** Sends each part while the next is filled, two at a time. */
async function sendParts(
  upload: Upload & { readonly UploadId: string | undefined },
  parts: AsyncIterable<Uint8Array>,
  buffers: PartBuffers,
): Promise<CompletedPart[]> {
  const { connection, key, UploadId, signal } = upload;
  const failed = new AbortController();
  const sent: CompletedPart[] = [];
  const sending: Promise<void>[] = [];
  const send = async (part: Uint8Array, PartNumber: number): Promise<void> => {
    const ChecksumCRC32 = crc32Base64(part);
    const command = new UploadPartCommand({
      ...place(connection, key),
      ...{ UploadId, PartNumber, Body: part, ChecksumCRC32 },
    });
    signWith(part, command);
    const abortSignal = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
    try {
      const { ETag } = await attempt(upload, () => connection.client.send(command, { abortSignal }));
      sent[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
    } catch (error) {
      failed.abort(error);
      throw error;
    } finally {
      buffers.giveBack(part);
    }
  };
  try {
    for await (const part of parts) {
      failed.signal.throwIfAborted();
      if (sending.length === maxParts) throw tooLarge(upload);
      const one = send(part, sending.length + 1);
      // Thrown below; until then it is not unheard.
      one.catch(() => undefined);
      sending.push(one);
    }
    await Promise.all(sending);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(sending);
    throw failed.signal.reason;
  }
  return sent;
}

function tooLarge({ key, connection }: Upload): CodedError {
  return new CodedError(
    'store-unavailable',
    `${key} is larger than ${maxParts} parts of ${connection.partBytes} bytes: use larger parts`,
  );
}

/**
 * Runs the request that makes the object. Where the server says that one is there, a look at it tells whether it is our
 * own: the first try may have succeeded, and only its answer was lost.
 */
async function decide(upload: Upload, request: () => Promise<string | null>): Promise<string | null> {
  try {
    return await request();
  } catch (error) {
    upload.signal?.throwIfAborted();
    const refused = [409, 412].includes(s3Failure(error).status) || isMissing(error);
    const there = refused ? await lookAt(upload) : undefined;
    if (there === undefined) throw s3Error(error, `storing ${upload.key}`);
    if (there.Metadata?.[putIdKey] === upload.metadata[putIdKey]) return there.ETag ?? null;
    throw new CodedError('object-exists', `object ${upload.key} exists already and is never overwritten`, {
      facts: { key: upload.key },
    });
  }
}

async function lookAt({ connection, key }: Upload) {
  try {
    return await connection.client.send(new HeadObjectCommand(place(connection, key)));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw s3Error(error, `looking at ${key}`);
  }
}

async function attempt<T>(upload: Upload, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    upload.signal?.throwIfAborted();
    throw s3Error(error, `storing ${upload.key}`);
  }
}

function sending(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
