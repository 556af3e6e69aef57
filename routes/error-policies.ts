import { errorPolicy } from '../engine/error-policy.ts';
import { verificationAttempts } from '../queues/backup-verifications.ts';
import { backupTriggersDeadLetter } from '../queues/backup-triggers-dead-letter.ts';

/** Direct routes: the error is the answer, and who asked decides what to do. */
export const answerWithError = errorPolicy('answer-with-error', { attempts: 1 });

/** Checks: the next tick looks at everything again. */
export const leaveToNextTick = errorPolicy('leave-to-next-tick', { attempts: 1 });

/** Backups: an attempt that failed is an event, and the plan decides about the next. */
export const leaveToPlan = errorPolicy('leave-to-plan', { attempts: 1 });

/** Restores: who asked decides whether to ask again. */
export const restoreOnce = errorPolicy('restore-once', { attempts: 1 });

/** Triggers from the queue: nobody waits for an answer, so it is tried again, and kept with the reason. */
export const retryThenDeadLetter = errorPolicy('retry-then-dead-letter', {
  attempts: 5,
  backoff: { kind: 'exponential', delay: 1_000, jitter: 0.5 },
  deadLetter: backupTriggersDeadLetter,
});

/** Verifications: a store that did not answer may answer a minute later. What became of the last attempt is an event. */
export const retryVerification = errorPolicy('retry-verification', {
  attempts: verificationAttempts,
  backoff: { kind: 'exponential', delay: 20_000, jitter: 0.5 },
});
