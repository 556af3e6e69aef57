import type { QueueSink } from '../engine/endpoint.ts';
import type { Runner } from '../engine/start-routes.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { Deliveries } from '../reaping/deliveries.ts';
import { backupQueues } from './all-queues.ts';
import { orderJobId } from './order-queue.ts';

/** Looks into the workers' queues for the reaper. */
export function createDeliveries(runner: Pick<Runner, 'pending' | 'send'>): Deliveries {
  const queueOf = ({ type }: BackupOrder): QueueSink<never> => backupQueues[type];
  return {
    alive: (order) => runner.pending(queueOf(order), orderJobId(order)),
    redeliver: (order) => runner.send(queueOf(order), order as never, { again: true }),
  };
}
