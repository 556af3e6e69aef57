import type { CodedError } from '../errors/coded-error.ts';

/** Looked at again and again while a backup is taken; an answer is the reason to abort it. Must not throw. */
export type Check = () => CodedError | undefined;

/** Asks the checks each `everyMs` and aborts with the first reason that one gives. */
export function watch(
  checks: readonly Check[],
  { everyMs, abort }: { readonly everyMs: number; readonly abort: AbortController },
): { stop(): void } {
  const timer = setInterval(() => {
    for (const check of checks) {
      const reason = check();
      if (reason !== undefined && !abort.signal.aborted) abort.abort(reason);
    }
  }, everyMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
    },
  };
}
