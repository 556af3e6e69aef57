import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { createGmac } from '../../../runtime/gmac.ts';
import { readPieces } from '../../../runtime/read-pieces.ts';
import { blockBytesOf, headersBytes, readRawHeaders } from '../snapshot/headers.ts';

/** The GMAC of every block of a DuckDB file under a key. */
export interface BlockDigests {
  /**
   * Begins, anew where it has begun, in the source of the copy that is being made: blocks that are in use are the same in
   * both for as long as the source is guarded. Nothing reads it any more when `end` has returned.
   */
  readonly beside: (source: FileHandle) => { end(): Promise<void> };
  /** Goes on in the copy, which this process alone has open. */
  over(copy: string): void;
  /** Of a block of the copy as it is now; waits until they are there. */
  current(): Promise<(block: number) => Uint8Array>;
  /** Stops what is under way; nothing reads a file any more when it returns. */
  close(): Promise<void>;
}

interface Options {
  /** Of `createDigestKey`. Digests are comparable under one key only. */
  readonly key: Promise<Uint8Array>;
  readonly signal: AbortSignal;
  readonly progress: () => void;
}

const digestBytes = 16;
const readBytes = 2 << 20;

/** Whoever does not know it cannot make two blocks with one digest. */
export const createDigestKey = (): Uint8Array => randomBytes(32);

/**
 * Hashes the blocks of a file. Not believed is DuckDB's own checksum of a block, which is the same for the same words in
 * another order; GMAC takes a quarter of SHA-256's time. A checkpoint may write into blocks that were free; its traces in
 * the headers are looked for before the digests are given out, and they are taken anew.
 */
export function createBlockDigests(options: Options): BlockDigests {
  const closing = new AbortController();
  const all = { ...options, signal: AbortSignal.any([options.signal, closing.signal]) };
  let copy = '';
  let taking: Promise<Taken | undefined> = Promise.resolve(undefined);
  // Asked for by those alone who digest something.
  options.key.catch(() => undefined);
  const take = (begun: Promise<Taken | undefined>): void => {
    taking = begun;
    // Thrown by whoever asks for them; until then it is not unheard.
    taking.catch(() => undefined);
  };
  const takeOfCopy = (part?: Taken): Promise<Taken> =>
    withFile(copy, (handle) => digest(handle, { ...all, part, paused: () => false }));
  return {
    beside(source) {
      let paused = false;
      let pause: (value: undefined) => void = () => undefined;
      const pausing = new Promise<undefined>((resolve) => (pause = resolve));
      const begin = async (): Promise<Taken | undefined> => {
        // The source is not to be guarded for the sake of a key that is long in coming.
        const key = await Promise.race([options.key, pausing]);
        return key && digest(source, { ...all, paused: () => paused });
      };
      take(begin());
      return {
        async end() {
          paused = true;
          pause(undefined);
          await Promise.allSettled([taking]);
        },
      };
    },
    over(path) {
      copy = path;
      take(taking.catch(() => undefined).then(takeOfCopy));
    },
    async current() {
      const headers = await withFile(copy, readRawHeaders);
      if ((await taking)?.headers.equals(headers) !== true) take(takeOfCopy());
      const taken = await taking;
      return (block) => taken?.digests.subarray(block * digestBytes, (block + 1) * digestBytes) ?? noDigest;
    },
    async close() {
      closing.abort();
      await Promise.allSettled([taking]);
    },
  };
}

const noDigest = new Uint8Array();

interface Taken {
  readonly headers: Buffer;
  /** One after the other. */
  readonly digests: Buffer;
  /** The first block that has none yet. */
  readonly next: number;
}

/** Takes those that `part` lacks, until it is paused. */
async function digest(
  handle: FileHandle,
  {
    key,
    signal,
    progress,
    part,
    paused,
  }: Options & { readonly part?: Taken | undefined; readonly paused: () => boolean },
): Promise<Taken> {
  const secret = await key;
  const headers = await readRawHeaders(handle);
  const blockBytes = blockBytesOf(headers);
  const blocks = Math.ceil(((await handle.stat()).size - headersBytes) / blockBytes);
  const digests = Buffer.alloc(blocks * digestBytes);
  const begun = part?.headers.equals(headers) === true ? part : undefined;
  begun?.digests.copy(digests);
  let next = begun?.next ?? 0;
  const size = Math.ceil(readBytes / blockBytes) * blockBytes;
  for await (const piece of readPieces(handle, size, headersBytes + next * blockBytes)) {
    signal.throwIfAborted();
    if (paused()) break;
    // Blocks that are added meanwhile are in no use yet.
    for (let at = 0; at < piece.length && next < blocks; at += blockBytes, next += 1) {
      digests.set(gmac(secret, piece.subarray(at, at + blockBytes)), next * digestBytes);
    }
    progress();
  }
  return { headers, digests, next };
}

function gmac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const mac = createGmac(key);
  mac.update(bytes);
  return mac.digest();
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
