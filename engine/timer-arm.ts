import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Timer } from './endpoint.ts';
import type { Log } from './log.ts';

/** Keeps a timer armed: the repeating message in Redis exists, and comes. */
export interface TimerArm {
  /** Writes the job scheduler, or leaves it as it is when it is there with the same period. */
  arm(): Promise<void>;
  /** To be called at each tick. */
  ticked(): void;
  /**
   * Arms it anew when it is gone from Redis, when no tick came for two periods, or when the next one is further away than
   * that, because the clock was set back; warns then.
   */
  check(): Promise<void>;
  close(): Promise<void>;
}

export function openTimerArm(
  timer: Timer,
  options: {
    readonly connection: Redis;
    readonly prefix: string;
    readonly every: number;
    readonly clock: Clock;
    /** For durations: does not jump when the system's clock is set. */
    readonly stopwatch: Clock;
    readonly log: Log;
    readonly onError: (error: Error) => void;
  },
): TimerArm {
  const { connection, prefix, every, clock, stopwatch, log } = options;
  const queue = new Queue(timer.name, { connection, prefix });
  queue.on('error', options.onError);
  let last = stopwatch.now();

  async function arm(): Promise<void> {
    await queue.upsertJobScheduler(timer.name, { every }, { name: timer.name, data: {} });
  }
  return {
    arm,
    ticked() {
      last = stopwatch.now();
    },
    async check() {
      const silentMs = Math.round(stopwatch.now() - last);
      const armed = await queue.getJobScheduler(timer.name);
      const lost = armed === undefined;
      const nextInMs = armed?.next === undefined ? null : armed.next - clock.now();
      if (!lost && Math.max(silentMs, nextInMs ?? 0) <= 2 * every) return;
      log.warn({ timer: timer.name, lost, silentMs, nextInMs }, `The timer ${timer.name} is armed again.`);
      last = stopwatch.now();
      // Where it is there, arming alone would leave the next tick where it is.
      await queue.removeJobScheduler(timer.name);
      await arm();
    },
    close: () => queue.close(),
  };
}
