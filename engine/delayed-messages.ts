import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** The clocks of two machines may differ by as much, ms. */
const tolerance = 60_000;

/** The last ones alone can be those that wait too long. */
const looked = 100;

/** Looks after the delayed messages of a queue. */
export interface DelayedMessages {
  /**
   * Delivers at once what was delayed at a time that has not come yet: the clock was set back since, and it would wait
   * until the clock has caught up. One that comes too early is delayed again by who takes it.
   */
  check(): Promise<void>;
  close(): Promise<void>;
}

export function openDelayedMessages(
  name: string,
  options: {
    readonly connection: Redis;
    readonly prefix: string;
    readonly clock: Clock;
    readonly log: Log;
    readonly onError: (error: Error) => void;
  },
): DelayedMessages {
  const { connection, prefix, clock, log, onError } = options;
  const queue = new Queue(name, { connection, prefix });
  queue.on('error', onError);
  return {
    async check() {
      for (const job of await queue.getJobs(['delayed'], 0, looked - 1)) {
        const aheadMs = Math.max(job.timestamp, job.processedOn ?? 0) - clock.now();
        if (aheadMs <= tolerance) continue;
        log.warn({ queue: name, jobId: job.id, aheadMs }, 'A message from the future is delivered now.');
        // Another process may have been quicker.
        await job.promote().catch(onError);
      }
    },
    close: () => queue.close(),
  };
}
