import { setTimeout as timer } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal aborts; never throws. A port, so that tests need not wait. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export const systemPause: Pause = async (ms, signal) => {
  await timer(ms, undefined, { signal }).catch(() => undefined);
};

/** Milliseconds before the next try after so many failures in a row: from a quarter of a second up to 15 s. */
export function backOff(failures: number): number {
  return Math.min(250 * 2 ** (failures - 1), 15_000);
}
