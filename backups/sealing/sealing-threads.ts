import type { Worker } from 'node:worker_threads';
import type { ManifestObject } from '../../model/manifest.ts';
import { receiveError } from './sent-error.ts';
import type { SealingAnswer, SealingRequest } from './sealing-thread.ts';
import type { SealShared } from './shared-object.ts';

/** Threads that seal shared objects into one vault, so that all cores are used. */
export interface SealingThreads {
  readonly seal: SealShared;
  /** Ends the threads; what they are sealing fails. */
  close(): Promise<void>;
}

interface Waiting {
  readonly progress: (bytes: number) => void;
  readonly resolve: (object: ManifestObject) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

/**
 * `start` starts a thread that calls `serveSealing`. They start with the first objects and wait for more afterwards,
 * without keeping the process alive. An object goes to the thread with the fewest; when one dies, what it was sealing
 * fails, and another is started for the next.
 */
export function createSealingThreads(start: () => Worker, count: number): SealingThreads {
  const threads = new Set<Thread>();
  let asked = 0;

  const started = (): Thread => {
    const thread: Thread = { worker: start(), waiting: new Map() };
    const end = (error: Error): void => {
      threads.delete(thread);
      for (const { reject } of thread.waiting.values()) reject(error);
      thread.waiting.clear();
    };
    thread.worker.on('message', (answer: SealingAnswer) => {
      const waiting = thread.waiting.get(answer.id);
      if (answer.kind === 'progress') waiting?.progress(answer.bytes);
      else if (answer.kind === 'done') waiting?.resolve(answer.object);
      else waiting?.reject(receiveError(answer.error));
    });
    thread.worker.on('error', end);
    thread.worker.on('exit', () => {
      end(new Error('a thread that seals has ended'));
    });
    threads.add(thread);
    return thread;
  };
  const leastBusy = (): Thread => {
    const [first, ...others] = threads;
    if (first === undefined || threads.size < count) return started();
    return others.reduce((one, other) => (other.waiting.size < one.waiting.size ? other : one), first);
  };

  return {
    async seal({ order, signal, progress }, object, content) {
      signal.throwIfAborted();
      const id = asked++;
      const { worker, waiting } = leastBusy();
      const send = (request: SealingRequest): void => {
        worker.postMessage(request);
      };
      const abort = (): void => {
        send({ kind: 'abort', id });
      };
      signal.addEventListener('abort', abort, { once: true });
      worker.ref();
      try {
        return await new Promise<ManifestObject>((resolve, reject) => {
          waiting.set(id, { progress, resolve, reject });
          send({ kind: 'seal', id, order, object, content });
        });
      } catch (error) {
        // The thread knows that it was told to stop, not why.
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', abort);
        waiting.delete(id);
        if (waiting.size === 0) worker.unref();
      }
    },
    async close() {
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
