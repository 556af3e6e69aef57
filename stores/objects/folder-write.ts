import type { FileHandle } from 'node:fs/promises';
import type { PutOptions } from './port.ts';

/** Written at once: sealed bytes come as large pieces with tiny ones between, and each write is a trip to another thread. */
const batchBytes = 1024 * 1024;

/** Sent to the disk on the way: little is left for the end, when nothing else may be there to do. */
const syncedBytes = 16 * batchBytes;

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
  let [unsynced, syncing] = [0, false];
  const syncs: Promise<void>[] = [];
  const begin = (work: Promise<void>): Promise<void> => {
    const begun = work.catch((error: unknown) => {
      throw explain(error);
    });
    // Thrown by whoever awaits it next; until then it is not unheard.
    begun.catch(() => undefined);
    return begun;
  };
  const sync = async (): Promise<void> => {
    [unsynced, syncing] = [0, true];
    await handle.datasync();
    syncing = false;
  };
  const flush = async (): Promise<void> => {
    await writing;
    if (unsynced >= syncedBytes && !syncing) syncs.push(begin(sync()));
    writing = begin(writeFully(handle, batch));
    unsynced += batched;
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
  // The system tells of what the disk has refused once: an error here is not told again by the sync at the end.
  await Promise.all([writing, ...syncs]);
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
