import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** SHA-256 of every block of a DuckDB file. */
export interface BlockDigests {
  /** Of a block as it is now; waits until they are there. */
  current(): Promise<(block: number) => Uint8Array>;
  /** Stops what is under way; nothing reads the file any more when it returns. */
  close(): Promise<void>;
}

/** What stands before the first block: the main header and two database headers. */
const headersBytes = 3 * 4096;
const digestBytes = 32;
const readBytes = 2 << 20;

/**
 * Begins to hash the blocks of a file that this process alone has open: not believed is DuckDB's own checksum of a block,
 * which is the same for the same words in another order. A checkpoint may write into blocks that were free; its traces in
 * the headers are looked for before the digests are given out, and they are taken anew.
 */
export function startBlockDigests(
  file: string,
  options: { readonly blockBytes: number; readonly signal: AbortSignal; readonly progress: () => void },
): BlockDigests {
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const begin = (): Promise<Taken> => {
    const taken = withFile(file, (handle) => take(handle, { ...options, signal }));
    // Thrown by whoever asks for them; until then it is not unheard.
    taken.catch(() => undefined);
    return taken;
  };
  let taking = begin();
  return {
    async current() {
      const before = await taking;
      if (!(await withFile(file, readHeaders)).equals(before.headers)) taking = begin();
      const { digests } = await taking;
      return (block) => digests.subarray(block * digestBytes, (block + 1) * digestBytes);
    },
    async close() {
      closing.abort();
      await Promise.allSettled([taking]);
    },
  };
}

interface Taken {
  readonly headers: Buffer;
  /** One after the other. */
  readonly digests: Buffer;
}

/** One piece is read while the one before it is hashed. */
async function take(
  handle: FileHandle,
  {
    blockBytes,
    signal,
    progress,
  }: { readonly blockBytes: number; readonly signal: AbortSignal; readonly progress: () => void },
): Promise<Taken> {
  const headers = await readHeaders(handle);
  const blocks = Math.ceil(((await handle.stat()).size - headersBytes) / blockBytes);
  const digests = Buffer.alloc(blocks * digestBytes);
  const atOnce = Math.ceil(readBytes / blockBytes);
  const buffer = (): Buffer => Buffer.allocUnsafeSlow(atOnce * blockBytes);
  let [filling, full] = [buffer(), buffer()];
  const read = (first: number) => handle.read(filling, 0, filling.length, headersBytes + first * blockBytes);
  let reading = read(0);
  for (let first = 0; first < blocks; first += atOnce) {
    const { bytesRead } = await reading;
    signal.throwIfAborted();
    [filling, full] = [full, filling];
    reading = read(first + atOnce);
    for (let at = 0; at < bytesRead; at += blockBytes) {
      const block = full.subarray(at, Math.min(bytesRead, at + blockBytes));
      digests.set(createHash('sha256').update(block).digest(), (first + at / blockBytes) * digestBytes);
    }
    progress();
  }
  await reading;
  return { headers, digests };
}

async function readHeaders(handle: FileHandle): Promise<Buffer> {
  const headers = Buffer.alloc(headersBytes);
  await handle.read(headers, 0, headersBytes, 0);
  return headers;
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
