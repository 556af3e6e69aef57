import { orderQueue } from './order-queue.ts';

export const kmsBackups = orderQueue('kms-backups', 'kms');
