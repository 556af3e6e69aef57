import { Queue } from 'bullmq';
import type { Log } from '../../engine/log.ts';
import { allQueues, timers } from '../../queues/all-queues.ts';
import { connectRedis } from '../../stores/redis-connection.ts';

/** The queues as people look at them: for the board, and for the newest tick. */
export function openBoardQueues(url: string, prefix: string, log: Log) {
  const connection = connectRedis(url);
  connection.on('error', (error: Error) => {
    log.warn({ error: error.message }, 'Redis cannot be reached');
  });
  const queues = allQueues.map(({ name }) => {
    const queue = new Queue(name, { connection, prefix });
    queue.on('error', () => undefined);
    return queue;
  });
  /** Id and time of a tick that was handled. */
  const newestUpTo = (ms: number | '+inf'): Promise<string[]> =>
    connection.zrevrangebyscore(
      `${prefix}:${timers[0].name}:completed`,
      ms,
      '-inf',
      'WITHSCORES',
      'LIMIT',
      0,
      1,
    );
  return {
    queues,
    ticks: {
      /**
       * When the newest tick that was handled came, ISO-8601; null before the first. One in the future is told only
       * where none has come since the clock was set back.
       */
      async newest(): Promise<string | null> {
        const handled = await newestUpTo(Date.now());
        const [, at] = handled.length > 0 ? handled : await newestUpTo('+inf');
        return at === undefined ? null : new Date(Number(at)).toISOString();
      },
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
