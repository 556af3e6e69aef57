/** Work that was aborted and did not end in the time it was given; it may still be running. */
export class StillRunning extends Error {
  override readonly name = 'StillRunning';
}

/**
 * The outcome of work that ends soon after its signal aborts. Once aborted, the reason is thrown whatever the work
 * comes to; when it has not settled `endWithinMs` later, StillRunning is thrown with the reason as its cause.
 */
export async function boundedEnd<T>(work: Promise<T>, signal: AbortSignal, endWithinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const overdue = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => {
        reject(new StillRunning('the work did not end after it was aborted', { cause: signal.reason }));
      }, endWithinMs);
      timer.unref();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    const result = await Promise.race([work, overdue]);
    signal.throwIfAborted();
    return result;
  } catch (error) {
    if (error instanceof StillRunning) throw error;
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
