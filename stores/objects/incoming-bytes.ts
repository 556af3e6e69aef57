import type { Readable } from 'node:stream';

/** The chunks of a body on its way into a store. */
export interface IncomingBytes {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the source when the store stops early; call it in a finally. */
  release(): void;
}

/**
 * Takes a body in charge at once, so that an error it has before its first chunk is asked for is not an unhandled one,
 * and an abort ends it with the signal's reason.
 */
export function incomingBytes(body: Readable | Uint8Array, signal: AbortSignal | undefined): IncomingBytes {
  if (body instanceof Uint8Array) return { chunks: once(body, signal), release: () => undefined };
  const failed = (error: unknown): void => {
    failure ??= error;
  };
  let failure: unknown;
  const abort = (): void => {
    body.destroy(signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason)));
  };
  body.on('error', failed);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return {
    chunks: chunksOf(body, signal, () => failure ?? body.errored),
    release() {
      signal?.removeEventListener('abort', abort);
      if (!body.destroyed) body.destroy();
    },
  };
}

async function* once(body: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  yield await Promise.resolve(body);
}

async function* chunksOf(
  body: Readable,
  signal: AbortSignal | undefined,
  failure: () => unknown,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array | string>) {
      yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    // A source that failed before it was read reports only that it was closed; what it failed with says more.
    throw failure() ?? error;
  }
  signal?.throwIfAborted();
}
