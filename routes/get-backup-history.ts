import { route } from '../engine/route.ts';
import { getBackupHistory } from '../processors/get-backup-history.ts';
import { backupHistory } from './direct-endpoints.ts';
import { answerWithError } from './error-policies.ts';

export const showBackupHistory = route('get-backup-history', answerWithError)
  .from(backupHistory)
  .process(getBackupHistory);
