import type { Clock } from '../engine/clock.ts';
import { CodedError } from '../errors/coded-error.ts';
import type { Check } from './watch.ts';

/** Aborts work of which no byte came for `stallMs`. */
export function stallLimit(lastByteAt: () => number, stallMs: number, stopwatch: Clock): Check {
  return () => {
    const idleMs = stopwatch.now() - lastByteAt();
    if (idleMs < stallMs) return undefined;
    return new CodedError('backup-stalled', `no byte came for ${Math.round(idleMs / 1000)} s`, {
      facts: { idleMs, limitMs: stallMs },
    });
  };
}
