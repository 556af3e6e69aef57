import { route } from '../engine/route.ts';
import { scheduleChecks } from '../queues/schedule-checks.ts';
import { scheduleBackups } from './direct-endpoints.ts';
import { leaveToNextTick } from './error-policies.ts';

/** A backup has ended or a retry has become due: look at once, not at the next tick. */
export const recheckSchedules = route('recheck-schedules', leaveToNextTick)
  .from(scheduleChecks)
  .to(scheduleBackups);
