import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ObjectDigest } from './port.ts';

/** Written at once: sealed bytes come as large pieces with tiny ones between, and each write is a trip to another thread. */
const batchBytes = 1024 * 1024;

/**
 * Writes all chunks to a file and hashes them: one batch is on its way while the next is hashed. Errors of writing are
 * thrown as `explain` puts them, those of the source as they are.
 */
export async function writeChunks(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => Error,
): Promise<ObjectDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  let batch: Uint8Array[] = [];
  let batched = 0;
  let writing = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    writing = writeFully(handle, batch).catch((error: unknown) => {
      throw explain(error);
    });
    // Thrown by whoever awaits it next; until then it is not unheard.
    writing.catch(() => undefined);
    [batch, batched] = [[], 0];
  };
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.byteLength;
    batch.push(chunk);
    batched += chunk.byteLength;
    if (batched >= batchBytes) await flush();
  }
  await flush();
  await writing;
  return { bytes, sha256: hash.digest('hex') };
}

async function writeFully(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks.filter(({ byteLength }) => byteLength > 0);
  while (rest.length > 0) rest = unwritten(rest, (await handle.writev(rest)).bytesWritten);
}

/** What is left when fewer bytes were written than asked for. */
function unwritten(chunks: readonly Uint8Array[], written: number): Uint8Array[] {
  let at = written;
  return chunks.flatMap((chunk) => {
    const done = Math.min(at, chunk.byteLength);
    at -= done;
    return done === chunk.byteLength ? [] : [chunk.subarray(done)];
  });
}
