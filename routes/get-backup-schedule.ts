import { route } from '../engine/route.ts';
import { getBackupScheduleStatus } from '../processors/get-backup-schedule-status.ts';
import { backupSchedule } from './direct-endpoints.ts';
import { answerWithError } from './error-policies.ts';

export const showBackupSchedule = route('get-backup-schedule', answerWithError)
  .from(backupSchedule)
  .process(getBackupScheduleStatus);
