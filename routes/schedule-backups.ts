import { route } from '../engine/route.ts';
import { checkScheduledBackups } from '../processors/check-scheduled-backups.ts';
import { backupsByKind, scheduleBackups } from './direct-endpoints.ts';
import { answerWithError } from './error-policies.ts';

export const scheduleDueBackups = route('schedule-backups', answerWithError)
  .from(scheduleBackups)
  .process(checkScheduledBackups)
  .split((admitted) => admitted)
  .choose('kind', backupsByKind);
