import type { Clock } from '../engine/clock.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { Check } from './watch.ts';

/** Aborts an attempt that takes longer than its order allows; null: no limit. */
export function timeLimit(timeoutMs: number | null, stopwatch: Clock): Check {
  const startedAt = stopwatch.now();
  return () => {
    const takenMs = stopwatch.now() - startedAt;
    if (timeoutMs === null || takenMs < timeoutMs) return undefined;
    return new CodedError(
      'backup-timed-out',
      `not done after ${Math.round(takenMs / 1000)} s, which is the limit of its schedule`,
      { facts: { takenMs, limitMs: timeoutMs } },
    );
  };
}
