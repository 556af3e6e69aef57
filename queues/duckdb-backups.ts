import { orderQueue } from './order-queue.ts';

export const duckdbBackups = orderQueue('duckdb-backups', 'duckdb');
