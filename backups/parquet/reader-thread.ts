import { parentPort, workerData } from 'node:worker_threads';
import { errorText } from '../../errors/coded-error.ts';
import { readContent, type Reading } from './read-content.ts';

/** What a reader's thread answers; `failed` is an error of the file system. */
export type ReaderMessage =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly reading: Reading }
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string };

const buffer = new Uint8Array(workerData as SharedArrayBuffer);

parentPort?.on('message', (path: string) => {
  parentPort?.postMessage(answer(path));
});

function answer(path: string): ReaderMessage {
  try {
    const reading = readContent(path, buffer, (bytes) => {
      parentPort?.postMessage({ kind: 'progress', bytes } satisfies ReaderMessage);
    });
    return { kind: 'done', reading };
  } catch (error) {
    return {
      kind: 'failed',
      code: (error as NodeJS.ErrnoException).code ?? null,
      message: errorText(error),
    };
  }
}
