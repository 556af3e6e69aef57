import type { FileHandle } from 'node:fs/promises';
import type { PutOptions } from './port.ts';
import { syncOnTheWay } from './sync-on-the-way.ts';

/** Written at once: sealed bytes come as large pieces with tiny ones between, and each write is a trip to another thread. */
const batchBytes = 1024 * 1024;

/**
 * Writes all chunks to a file, one batch while the next comes together; how many bytes they are. Errors of writing are
 * thrown as `explain` puts them, those of the source as they are.
 */
export async function writeChunks(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  {
    explain,
    onBytes,
  }: { readonly explain: (error: unknown) => Error; readonly onBytes: PutOptions['onBytes'] },
): Promise<number> {
  let bytes = 0;
  let batch: Uint8Array[] = [];
  let batched = 0;
  let writing = Promise.resolve();
  const syncs = syncOnTheWay(handle);
  const write = async (chunks: readonly Uint8Array[], size: number): Promise<void> => {
    await writeFully(handle, chunks);
    syncs.written(size);
  };
  const explained = (work: Promise<void>): Promise<void> => {
    const begun = work.catch((error: unknown) => {
      throw explain(error);
    });
    // Thrown by whoever awaits it next; until then it is not unheard.
    begun.catch(() => undefined);
    return begun;
  };
  const flush = async (): Promise<void> => {
    await writing;
    writing = explained(write(batch, batched));
    [batch, batched] = [[], 0];
  };
  for await (const chunk of chunks) {
    onBytes?.(chunk);
    bytes += chunk.byteLength;
    batch.push(chunk);
    batched += chunk.byteLength;
    if (batched >= batchBytes) await flush();
  }
  await flush();
  await writing;
  await explained(syncs.ended());
  return bytes;
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
