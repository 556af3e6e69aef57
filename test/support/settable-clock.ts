import type { Clock } from '../../engine/clock.ts';

/** A clock that moves only when a test ticks it. */
export class SettableClock implements Clock {
  #now: number;

  constructor(start: string | number = '2026-01-01T00:00:00.000Z') {
    this.#now = typeof start === 'number' ? start : Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  /** Moves by milliseconds; negative sets it back. */
  tick(ms: number): void {
    this.#now += ms;
  }
}
