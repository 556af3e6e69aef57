import { Worker } from 'node:worker_threads';
import type { Reading } from './read-content.ts';
import type { ReaderAnswer, ReaderRequest } from './reader-thread.ts';

/** Reads and hashes files on a thread, one at a time, into a buffer that all threads see. */
export interface ContentReader {
  /** The buffer is valid until the next call. Rejects with the file system's error, and when `signal` aborts. */
  read(path: string): Promise<Reading>;
  /** The content of the file read last, when it was `buffered`. */
  buffered(bytes: number): Uint8Array<SharedArrayBuffer>;
}

/** Readers that share a few threads: one of them hashes while the content of others is being sealed. */
export interface ContentReaders {
  readonly readers: readonly ContentReader[];
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: Error) => void;
}

/** Threads start with the first file: an archive without changes costs none. */
export function createContentReaders(
  counts: { readonly threads: number; readonly readers: number; readonly bufferBytes: number },
  progress: (bytes: number) => void,
  signal: AbortSignal,
): ContentReaders {
  const threads = Array.from({ length: counts.threads }, () => readingThread(progress));
  const readers = Array.from({ length: counts.readers }, (_, reader) => {
    const shared = new SharedArrayBuffer(counts.bufferBytes);
    return {
      async read(path: string): Promise<Reading> {
        signal.throwIfAborted();
        return await new Promise<Reading>((resolve, reject) => {
          const aborted = (): void => {
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', aborted, { once: true });
          threads[reader % threads.length]
            ?.read({ reader, path, shared })
            .finally(() => {
              signal.removeEventListener('abort', aborted);
            })
            .then(resolve, reject);
        });
      },
      buffered: (bytes: number) => new Uint8Array(shared, 0, bytes),
    };
  });
  return {
    readers,
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

function readingThread(progress: (bytes: number) => void) {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  const failAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./reader-thread.js', import.meta.url));
    started.on('message', (answer: ReaderAnswer) => {
      if (answer.kind === 'progress') {
        progress(answer.bytes);
        return;
      }
      const asked = waiting.get(answer.reader);
      waiting.delete(answer.reader);
      if (answer.kind === 'done') asked?.resolve(answer.reading);
      else asked?.reject(Object.assign(new Error(answer.message), { code: answer.code ?? undefined }));
    });
    started.on('error', failAll);
    started.on('exit', () => {
      failAll(new Error('the thread that reads the archive ended'));
    });
    return started;
  };
  return {
    read(request: ReaderRequest): Promise<Reading> {
      thread ??= start();
      const reading = thread;
      return new Promise((resolve, reject) => {
        waiting.set(request.reader, { resolve, reject });
        reading.postMessage(request);
      });
    },
    async close(): Promise<void> {
      await thread?.terminate();
    },
  };
}
