import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { CodedError } from '../../errors/coded-error.ts';
import { place, type S3Connection } from './s3-connection.ts';
import { isMissing, s3Error, s3Failure } from './s3-errors.ts';

export interface ByteRange {
  readonly start: number;
  /** Exclusive; undefined: to the end. */
  readonly end: number | undefined;
}

/** Times that a download goes on where it broke off, without a byte in between. */
const tries = 5;

export function notFound(key: string): CodedError {
  return new CodedError('object-not-found', `there is no object ${key}`, { facts: { key } });
}

/**
 * Bytes of an object; rejects before the first when there is none. Where the connection breaks or the answer is cut
 * short, it goes on from there, as long as the object is the same.
 */
export async function downloadFromS3(
  connection: S3Connection,
  key: string,
  range: ByteRange,
): Promise<Readable> {
  const abort = new AbortController();
  const chunks = download(connection, { key, range, signal: abort.signal });
  // Asked for at once: a missing object is an error of this call, not of the stream.
  let next: Promise<IteratorResult<Uint8Array>> | undefined = Promise.resolve(await chunks.next());
  return new Readable({
    highWaterMark: 1024 * 1024,
    read() {
      const coming = next ?? chunks.next();
      next = undefined;
      coming.then(
        ({ done, value }) => {
          this.push(done === true ? null : value);
        },
        (error: unknown) => {
          this.destroy(error as Error);
        },
      );
    },
    destroy(error, done) {
      abort.abort(error ?? new Error('closed'));
      done(error);
    },
  });
}

async function* download(
  connection: S3Connection,
  wanted: { readonly key: string; readonly range: ByteRange; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const { key, signal } = wanted;
  let at = wanted.range.start;
  let etag: string | undefined;
  for (let failures = 0; ; failures += 1) {
    try {
      const answer = await request(connection, { ...wanted, at, etag });
      if (answer === undefined) return;
      etag = answer.etag;
      for await (const chunk of answer.body) {
        at += chunk.byteLength;
        failures = 0;
        yield chunk;
      }
      if (at === answer.end) return;
      throw new Error(`the answer ended after ${at} of ${answer.end} bytes`);
    } catch (error) {
      signal.throwIfAborted();
      if (isMissing(error)) throw notFound(key);
      // 412: replaced meanwhile, so what came before does not fit what would follow.
      if (failures >= tries || s3Failure(error).status === 412 || etag === undefined) {
        throw s3Error(error, `reading ${key}`);
      }
      await pause(2 ** failures * 100 * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

/** Undefined when the range begins behind the end. */
async function request(
  connection: S3Connection,
  from: { key: string; range: ByteRange; at: number; etag: string | undefined; signal: AbortSignal },
): Promise<{ body: AsyncIterable<Uint8Array>; etag: string | undefined; end: number } | undefined> {
  const { key, range, at, etag, signal } = from;
  const partly = at > 0 || range.end !== undefined;
  const last = range.end === undefined ? '' : String(range.end - 1);
  try {
    const { Body, ContentLength, ETag } = await connection.client.send(
      new GetObjectCommand({
        ...place(connection, key),
        ...(partly ? { Range: `bytes=${at}-${last}` } : {}),
        ...(etag === undefined ? {} : { IfMatch: etag }),
      }),
      { abortSignal: signal },
    );
    if (!(Body instanceof Readable)) throw new Error('the answer has no body');
    const body = Body.on('error', () => undefined);
    signal.addEventListener('abort', () => body.destroy(), { once: true });
    return { body, etag: ETag, end: at + (ContentLength ?? 0) };
  } catch (error) {
    if (s3Failure(error).status === 416) return undefined;
    throw error;
  }
}
