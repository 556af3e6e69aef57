import { timer } from '../engine/endpoint.ts';

/** The master timer: every 5 minutes unless configured otherwise. */
export const backupScheduler = timer('backup-scheduler', { every: 5 * 60 * 1000 });
