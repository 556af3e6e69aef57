import type { Log } from './log.ts';

/** Warns of each new error of a connection or queue, not again while it repeats: a lost Redis would fill the log. */
export function warnOnce(log: Log): (error: Error) => void {
  let last = '';
  return (error) => {
    if (error.message === last) return;
    last = error.message;
    log.warn({ err: error }, `Queue or connection: ${error.message}`);
  };
}

/** Milliseconds before the next attempt to connect: 100 ms, doubling up to 2 s. */
export function retryStrategy(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 6), 2_000);
}
