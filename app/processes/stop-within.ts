import type { Configuration } from '../../config/configuration.ts';

/** For aborted work to end, for the manifest and for closing what is open, ms. */
const afterDeadlineMs = 15_000;
/** What a control plane and the workers that finish nothing may take, ms. */
const leastMs = 25_000;
/** What a timer of Node can wait, ms. */
const mostMs = 2 ** 31 - 1;

/** How long the processes of `start` may take to end when they are asked to, ms: workers get all of their own deadline. */
export function stopWithinMs({
  worker,
}: {
  readonly worker: Pick<Configuration['worker'], 'shutdownDeadline'>;
}): number {
  return Math.min(mostMs, Math.max(leastMs, worker.shutdownDeadline + afterDeadlineMs));
}
