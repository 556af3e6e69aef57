import { orderQueue } from './order-queue.ts';

export const parquetBackups = orderQueue('parquet-backups', 'parquet');
