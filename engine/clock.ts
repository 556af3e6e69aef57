/** Time as a port: tests tick it. Milliseconds since the epoch, UTC. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since the process began: for durations that must not jump when the system's clock is set. */
export const monotonicClock: Clock = { now: () => performance.now() };
