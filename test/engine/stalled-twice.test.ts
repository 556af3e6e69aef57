import { expect, it } from '@jest/globals';
import { Queue as BullQueue, Worker } from 'bullmq';
import { z } from 'zod';
import { deadLetterQueue } from '../../engine/dead-letter.ts';
import { queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import { route } from '../../engine/route.ts';
import { testRedis } from '../support/redis.ts';
import { queueInspector, routeStarter } from '../support/run-routes.ts';
import { until } from '../support/until.ts';

const connection = testRedis();
const { prefix, redis } = connection;
const start = routeStarter(connection);
const { awaitJobs } = queueInspector(connection);

/** Takes a message and dies: the lock runs out, and nobody renews it. */
async function takeAndDie(name: string): Promise<void> {
  const worker = new Worker(name, null, { connection: redis, prefix, lockDuration: 20 });
  const job = await worker.getNextJob('dead');
  await worker.close();
  await until(
    'its lock has run out',
    async () => (await redis.exists(`${prefix}:${name}:${job.id ?? ''}:lock`)) === 0,
  );
}

it('puts a message aside with the reason when the process died with it twice', async () => {
  const name = 'deadly';
  const notes = queue(name, z.strictObject({ text: z.string() }));
  const dead = deadLetterQueue('dead');
  const producer = new BullQueue(name, { connection: redis, prefix });
  await producer.add('x', { text: 'a' }, { jobId: 'x' });
  await producer.close();
  await takeAndDie(name);
  await redis.hset(`${prefix}:${name}:x`, 'stc', 1);

  let begun = false;
  function begin() {
    begun = true;
  }
  const policy = errorPolicy('careful', { attempts: 5, deadLetter: dead });
  await start([route('begin', policy).from(notes).process(begin)]);
  const [letter] = await awaitJobs('dead', 'waiting');
  expect(letter?.data).toMatchObject({
    payload: { text: 'a' },
    error: { code: 'worker-died', message: expect.stringContaining('job stalled more than allowable limit') },
    route: 'begin',
  });
  expect(begun).toBe(false);
});
