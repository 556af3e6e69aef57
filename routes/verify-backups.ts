import { route } from '../engine/route.ts';
import { admitVerification } from '../processors/admit-verification.ts';
import { findDueVerifications } from '../processors/find-due-verifications.ts';
import { validateVerification } from '../processors/validate-verification.ts';
import { verifyBackup } from '../processors/verify-backup.ts';
import { backupVerifications } from '../queues/backup-verifications.ts';
import { scheduleVerifications, verifyBackupApi } from './direct-endpoints.ts';
import { answerWithError, retryVerification } from './error-policies.ts';

export const verifyBackupByApi = route('verify-backup-api', answerWithError)
  .from(verifyBackupApi)
  .process(validateVerification)
  .process(admitVerification)
  .to(backupVerifications);

export const scheduleDueVerifications = route('schedule-verifications', answerWithError)
  .from(scheduleVerifications)
  .process(findDueVerifications)
  .split((due) => due)
  .to(backupVerifications);

export const verifyOneBackup = route('verify-backup', retryVerification)
  .from(backupVerifications)
  .process(verifyBackup);
