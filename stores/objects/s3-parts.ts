/**
 * Cuts a stream into parts of one size, the last one shorter (an empty stream has one, empty). Each part lies in one of
 * `buffers`, and is to be given back when it was sent: so memory is bounded, and reading waits for sending.
 */
export async function* cutIntoParts(
  chunks: AsyncIterable<Uint8Array>,
  buffers: PartBuffers,
): AsyncGenerator<Uint8Array> {
  let part = await buffers.take();
  let filled = 0;
  let cut = false;
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.byteLength;) {
      // Handed out only when more comes, so that the last part is known to be the last.
      if (filled === part.byteLength) {
        yield part;
        cut = true;
        part = await buffers.take();
        filled = 0;
      }
      const some = chunk.subarray(offset, offset + part.byteLength - filled);
      part.set(some, filled);
      filled += some.byteLength;
      offset += some.byteLength;
    }
  }
  if (filled > 0 || !cut) yield part.subarray(0, filled);
}

/** A few buffers of one size, used again and again. */
export interface PartBuffers {
  take(): Promise<Uint8Array>;
  /** Takes back a part, or a piece of one. */
  giveBack(part: Uint8Array): void;
  /** Ends their use: they are kept for the next upload. Nothing may be sent from them any more. */
  release(): void;
}

/**
 * `spare` holds buffers between uploads, as many as one needs: making one for each small object would cost more than
 * sending it.
 */
export function createPartBuffers(count: number, bytes: number, spare: ArrayBuffer[]): PartBuffers {
  const made: ArrayBuffer[] = [];
  const free: ArrayBuffer[] = [];
  const waiting: ((buffer: ArrayBuffer) => void)[] = [];
  return {
    async take() {
      const known = free.pop();
      if (known !== undefined) return new Uint8Array(known);
      if (made.length === count) {
        return new Uint8Array(await new Promise<ArrayBuffer>((resolve) => waiting.push(resolve)));
      }
      const buffer = spare.pop() ?? new ArrayBuffer(bytes);
      made.push(buffer);
      return new Uint8Array(buffer);
    },
    giveBack(part) {
      const buffer = made.find((each) => each === part.buffer);
      if (buffer === undefined) return;
      const next = waiting.shift();
      if (next === undefined) free.push(buffer);
      else next(buffer);
    },
    release() {
      spare.push(...made.splice(0, count - spare.length));
    },
  };
}
