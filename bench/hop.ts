import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { systemClock } from '../engine/clock.ts';
import { queue } from '../engine/endpoint.ts';
import { errorPolicy } from '../engine/error-policy.ts';
import type { Exchange } from '../engine/exchange.ts';
import { route } from '../engine/route.ts';
import { startRoutes } from '../engine/start-routes.ts';
import { backupOrder, type BackupOrder } from '../model/backup-order.ts';
import { anOrder } from '../test/support/orders.ts';
import { recordingLog } from '../test/support/recording-log.ts';
import { startRedisServer } from '../test/support/redis-server.ts';
import { alternate, ratio, summary } from './ratios.ts';
import { openTriggerBench } from './trigger.ts';

/**
 * What a hop through the engine costs over bare BullMQ, from "add" to "begun", and what a trigger costs until the work
 * of its backup has begun: validated, admitted, delivered, locked. The rounds of all alternate within one run, on a Redis
 * of its own, so the ratios mean something and the times little. `node dist/bench/hop.js [messages] [rounds]`
 */
const [messages = 200, rounds = 15] = process.argv.slice(2).map(Number);
const server = await startRedisServer();
const { url } = server;

/** Whoever waits for the next message to begin. */
let begun = (): void => undefined;
const nextBegun = (): Promise<void> => new Promise((resolve) => (begun = resolve));

const connection = new Redis(url, { maxRetriesPerRequest: null });
const producing = new Redis(url);
const bareQueue = new Queue('bare', { connection: producing, prefix: 'bare' });
const bareWorker = new Worker(
  'bare',
  () => {
    begun();
    return Promise.resolve();
  },
  { connection, prefix: 'bare', removeOnComplete: { count: 1_000 } },
);
await bareWorker.waitUntilReady();

const orders = queue<BackupOrder>('orders', backupOrder, { jobId: ({ backupId }) => backupId });
function begin(exchange: Exchange<BackupOrder>): BackupOrder {
  begun();
  return exchange.body;
}
const consumed = route('consume', errorPolicy('once', { attempts: 1 }))
  .from(orders)
  .process(begin);
const options = { url, prefix: 'ours', clock: systemClock, log: recordingLog().log };
const runner = await startRoutes([consumed], {}, options);
const trigger = await openTriggerBench(url, () => {
  begun();
});

/** Outside the time: waits until the backup before has ended. */
async function prepare(): Promise<BackupOrder> {
  await trigger.settled();
  return anOrder('duckdb-full');
}

const samples = await alternate(
  {
    bare: async (order) => {
      const done = nextBegun();
      await bareQueue.add('orders', order, { jobId: order.backupId });
      await done;
    },
    engine: async (order) => {
      const done = nextBegun();
      await runner.send(orders, order);
      await done;
    },
    trigger: async () => {
      const done = nextBegun();
      await trigger.request();
      await done;
    },
  },
  { messages, rounds, prepare },
);
for (const [name, times] of Object.entries(samples)) console.log(`${name.padEnd(8)} ${summary(times)}`);
console.log(`hop:                   ${ratio(samples.engine, samples.bare)}   (target: median ≤ ×1.1)`);
console.log(`trigger to work begun: ${ratio(samples.trigger, samples.bare)}   (target: median ≤ ×3)`);

await trigger.close();
await runner.stop(1_000);
await bareWorker.close();
await bareQueue.close();
connection.disconnect();
producing.disconnect();
await server.stop();
