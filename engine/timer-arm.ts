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
  /** Arms it again when it is gone from Redis, or when no tick came for two periods; warns then. */
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
    readonly log: Log;
    readonly onError: (error: Error) => void;
  },
): TimerArm {
  const { connection, prefix, every, clock, log } = options;
  const queue = new Queue(timer.name, { connection, prefix });
  queue.on('error', options.onError);
  let last = clock.now();

  async function arm(): Promise<void> {
    await queue.upsertJobScheduler(timer.name, { every }, { name: timer.name, data: {} });
  }
  return {
    arm,
    ticked() {
      last = clock.now();
    },
    async check() {
      const silent = clock.now() - last;
      const lost = (await queue.getJobScheduler(timer.name)) === undefined;
      if (!lost && silent <= 2 * every) return;
      log.warn({ timer: timer.name, lost, silentMs: silent }, `The timer ${timer.name} is armed again.`);
      last = clock.now();
      await arm();
    },
    close: () => queue.close(),
  };
}
