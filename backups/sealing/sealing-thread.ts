import { parentPort } from 'node:worker_threads';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { SharedContent, SharedObject } from '../backup-taker.ts';
import type { Vault } from './open-object.ts';
import { type SentError, sendError } from './sent-error.ts';
import { sealSharedInto } from './shared-object.ts';

/** What a sealing thread is asked; `id` names the request until it is answered. */
export type SealingRequest =
  | {
      readonly kind: 'seal';
      readonly id: number;
      readonly order: BackupOrder;
      readonly object: SharedObject;
      readonly content: SharedContent;
    }
  | { readonly kind: 'abort'; readonly id: number };

/** What it answers. */
export type SealingAnswer =
  | { readonly kind: 'progress'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'done'; readonly id: number; readonly object: ManifestObject }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError };

/** Progress is told this often at most, in milliseconds: each message costs both threads some time. */
const progressEvery = 200;

/**
 * Makes the thread that calls a sealing thread: it seals into the vault what its parent sends, several at once. A vault
 * that cannot be opened fails the request, and is opened again for the next.
 */
export function serveSealing(open: () => Promise<Vault>): void {
  let opening: Promise<Vault> | undefined;
  const vault = (): Promise<Vault> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const running = new Map<number, AbortController>();
  const answer = (message: SealingAnswer): void => parentPort?.postMessage(message);
  parentPort?.on('message', (request: SealingRequest) => {
    const { id } = request;
    if (request.kind === 'abort') {
      running.get(id)?.abort(new Error('the backup was stopped'));
      return;
    }
    const abort = new AbortController();
    running.set(id, abort);
    const progress = gathered((bytes) => {
      answer({ kind: 'progress', id, bytes });
    });
    const owner = { order: request.order, signal: abort.signal, progress: progress.add };
    void vault()
      .then((opened) => sealSharedInto(opened)(owner, request.object, request.content))
      .then(
        (object) => {
          progress.flush();
          answer({ kind: 'done', id, object });
        },
        (error: unknown) => {
          answer({ kind: 'failed', id, error: sendError(error) });
        },
      )
      .finally(() => running.delete(id));
  });
}

function gathered(tell: (bytes: number) => void) {
  let bytes = 0;
  let told = performance.now();
  const flush = (): void => {
    tell(bytes);
    bytes = 0;
    told = performance.now();
  };
  return {
    add: (more: number): void => {
      bytes += more;
      if (performance.now() - told >= progressEvery) flush();
    },
    flush,
  };
}
