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
  const timer = queues.find(({ name }) => name === timers[0].name);
  return {
    queues,
    ticks: {
      /** When the newest tick that was handled came, ISO-8601; null before the first. */
      async newest(): Promise<string | null> {
        const [job] = (await timer?.getJobs(['completed'], 0, 0)) ?? [];
        return job?.finishedOn === undefined ? null : new Date(job.finishedOn).toISOString();
      },
    },
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
