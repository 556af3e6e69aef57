import type { Clock } from '../engine/clock.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { Check } from './watch.ts';

/** Aborts work that has not ended `finishWithinMs` after the worker was asked to stop. */
export function shutdownLimit(shutdown: AbortSignal, finishWithinMs: number, stopwatch: Clock): Check {
  let askedAt: number | undefined;
  return () => {
    if (!shutdown.aborted) return undefined;
    askedAt ??= stopwatch.now();
    if (stopwatch.now() - askedAt < finishWithinMs) return undefined;
    return new CodedError('backup-interrupted', 'the worker stops and gives the backup back', {
      facts: { waitedMs: stopwatch.now() - askedAt },
    });
  };
}
