import { orderQueue } from './order-queue.ts';

export const tigerbeetleBackups = orderQueue('tigerbeetle-backups', 'tigerbeetle');
