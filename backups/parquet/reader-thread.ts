import { parentPort } from 'node:worker_threads';
import { errorText } from '../../errors/coded-error.ts';
import { readContent, type Reading } from './read-content.ts';

/** A file to read into the buffer of a reader, named by its number. */
export interface ReaderRequest {
  readonly reader: number;
  readonly path: string;
  readonly shared: SharedArrayBuffer;
}

/** What the thread answers; `failed` is an error of the file system. */
export type ReaderAnswer =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'done'; readonly reader: number; readonly reading: Reading }
  | {
      readonly kind: 'failed';
      readonly reader: number;
      readonly code: string | null;
      readonly message: string;
    };

parentPort?.on('message', (request: ReaderRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ reader, path, shared }: ReaderRequest): ReaderAnswer {
  try {
    const reading = readContent(path, new Uint8Array(shared), (bytes) => {
      parentPort?.postMessage({ kind: 'progress', bytes } satisfies ReaderAnswer);
    });
    return { kind: 'done', reader, reading };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? null;
    return { kind: 'failed', reader, code, message: errorText(error) };
  }
}
