import type { RetryPolicy } from './schedule.ts';
import { stableFraction } from './stable-fraction.ts';

/** Milliseconds between the n-th failure of a backup (from 1) and its next attempt. */
export function retryDelay(policy: RetryPolicy, backupId: string, failures: number): number {
  const exponential = policy.initialDelayMs * policy.factor ** (failures - 1);
  const spread = 1 + policy.jitter * (2 * stableFraction(backupId, failures) - 1);
  return Math.round(Math.min(policy.maxDelayMs, exponential) * spread);
}

/**
 * When the next attempt is due. A failure dated further ahead than a delay can be comes from a clock that was set back
 * since: nobody waits for that time to come again.
 */
export function retryAt(
  policy: RetryPolicy,
  failed: { readonly backupId: string; readonly failures: number; readonly failedAt: number },
  now: number,
): number {
  const delay = retryDelay(policy, failed.backupId, Math.max(1, failed.failures));
  return failed.failedAt - now > delay ? now : failed.failedAt + delay;
}
