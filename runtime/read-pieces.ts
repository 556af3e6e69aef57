import type { FileHandle } from 'node:fs/promises';

/**
 * The bytes of a file, from `from` on, in pieces of `size` bytes; the last may be shorter. They lie in two buffers that are
 * used in turn, one being read while the other is worked on: a piece is good until the next is asked for. (A stream would
 * make a new buffer for each; collecting those costs more time than hashing.) Nothing reads the file any more when it has
 * ended or was left.
 */
export async function* readPieces(handle: FileHandle, size: number, from = 0): AsyncGenerator<Buffer> {
  let at = from;
  let [filling, full] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
  const read = (): Promise<number> => {
    const reading = fill(handle, filling, at);
    // Thrown where it is awaited; until then it is not unheard.
    reading.catch(() => undefined);
    return reading;
  };
  let reading = read();
  try {
    for (;;) {
      const bytes = await reading;
      if (bytes === 0) return;
      at += bytes;
      [filling, full] = [full, filling];
      reading = read();
      yield full.subarray(0, bytes);
    }
  } finally {
    await Promise.allSettled([reading]);
  }
}

async function fill(handle: FileHandle, buffer: Buffer, from: number): Promise<number> {
  for (let filled = 0; ;) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled);
    filled += bytesRead;
    if (bytesRead === 0 || filled === buffer.length) return filled;
  }
}
