import { z } from 'zod';
import { queue } from '../engine/endpoint.ts';
import type { SendOptions } from '../engine/outbox.ts';
import { instant } from '../model/backup-order.ts';

const scheduleCheck = z.strictObject({
  /** When the check was asked for. */
  at: instant,
  /** Why: a backup ended, a retry becomes due. */
  reason: z.string(),
});

/** "Look now what is due", for the leader. */
export const scheduleChecks = queue('schedule-checks', scheduleCheck);

/**
 * How a check at a time is sent so that many requests make one. One that comes while a check runs is kept for
 * after it, since that check may have looked already.
 */
export function checkAt(at: number, now: number): Required<Pick<SendOptions, 'delay' | 'deduplication'>> {
  const delay = Math.max(0, at - now);
  const id = delay === 0 ? 'now' : `at-${Math.ceil(at / 1000)}`;
  return { delay, deduplication: { id, keepLastIfActive: true } };
}
