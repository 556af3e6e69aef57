import { Worker } from 'node:worker_threads';
import type { Reading } from './read-content.ts';
import type { ReaderMessage } from './reader-thread.ts';

/** Reads and hashes files on a thread of its own, one at a time, into a buffer that both threads see. */
export interface ContentReader {
  /** The buffer is valid until the next call. Rejects with the file system's error, and when `signal` aborts. */
  read(path: string): Promise<Reading>;
  /** The content of the file read last, when it was `buffered`. */
  buffered(bytes: number): Uint8Array<SharedArrayBuffer>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the thread with the first file: an archive without changes costs none. */
export function createContentReader(
  bufferBytes: number,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): ContentReader {
  const shared = new SharedArrayBuffer(bufferBytes);
  let thread: Worker | undefined;
  let waiting: Waiting | undefined;
  const fail = (error: Error): void => waiting?.reject(error);
  const start = (): Worker => {
    const started = new Worker(new URL('./reader-thread.js', import.meta.url), { workerData: shared });
    started.on('message', (message: ReaderMessage) => {
      if (message.kind === 'progress') progress(message.bytes);
      else if (message.kind === 'done') waiting?.resolve(message.reading);
      else fail(Object.assign(new Error(message.message), { code: message.code ?? undefined }));
    });
    started.on('error', fail);
    started.on('exit', () => {
      fail(new Error('the thread that reads the archive ended'));
    });
    return started;
  };
  return {
    async read(path) {
      signal.throwIfAborted();
      thread ??= start();
      const reader = thread;
      const aborted = (): void => {
        fail(signal.reason as Error);
      };
      signal.addEventListener('abort', aborted, { once: true });
      try {
        return await new Promise<Reading>((resolve, reject) => {
          waiting = { resolve, reject };
          reader.postMessage(path);
        });
      } finally {
        signal.removeEventListener('abort', aborted);
        waiting = undefined;
      }
    },
    buffered: (bytes) => new Uint8Array(shared, 0, bytes),
    async close() {
      await thread?.terminate();
    },
  };
}
