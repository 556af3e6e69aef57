import { queue } from '../engine/endpoint.ts';
import { verificationOrder } from '../model/verification.ts';

/** Times that a verification is tried in all; one that cannot be done then is recorded as failed. */
export const verificationAttempts = 3;

/**
 * Verifications to be done, those that were asked for before those of schedules. Of a backup and level, one alone is
 * queued or running; another is dropped.
 */
export const backupVerifications = queue('backup-verifications', verificationOrder, {
  jobId: ({ verificationId }) => verificationId,
  correlate: ({ order }) => order.backupId,
  once: ({ order, level }) => `${order.backupId}.${level}`,
  behind: ({ schedule }) => schedule !== null,
});
