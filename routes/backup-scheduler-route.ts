import { route } from '../engine/route.ts';
import { backupScheduler } from '../queues/backup-scheduler.ts';
import { scheduleBackups, scheduleVerifications } from './direct-endpoints.ts';
import { leaveToNextTick } from './error-policies.ts';

export const backupSchedulerRoute = route('backup-scheduler-route', leaveToNextTick)
  .from(backupScheduler)
  .to(scheduleBackups)
  .to(scheduleVerifications);
