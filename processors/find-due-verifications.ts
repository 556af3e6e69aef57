import type { Clock } from '../engine/clock.ts';
import type { Exchange } from '../engine/exchange.ts';
import { newBackupId } from '../model/backup-id.ts';
import type { VerificationOrder } from '../model/verification.ts';
import { planVerifications, type VerificationSchedule } from '../scheduling/plan-verifications.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';

interface Deps {
  readonly clock: Clock;
  readonly schedules: { readonly enabled: boolean };
  readonly verificationSchedules: readonly VerificationSchedule[];
  readonly metadata: Pick<MetadataStore, 'verifiable' | 'orderOf'>;
  readonly recorder: { drain(): Promise<void> };
  /** The token under which this control plane leads; undefined when it does not. */
  readonly leadership: { token(): string | undefined };
}

/** Queued by one check at most; what is left is found again by the next. */
const atOnce = 500;

/** Verifications that are due, the thorough ones first. One that is queued already is dropped by its queue. */
export async function findDueVerifications(
  _exchange: Exchange<unknown>,
  deps: Deps,
): Promise<readonly VerificationOrder[]> {
  const { clock, schedules, verificationSchedules, metadata, recorder, leadership } = deps;
  if (leadership.token() === undefined || !schedules.enabled) return [];
  await recorder.drain();
  const now = clock.now();
  const due = planVerifications(verificationSchedules, await metadata.verifiable(), now);
  const orders: VerificationOrder[] = [];
  for (const { backupId, level, schedule, reason } of due.slice(0, atOnce)) {
    const order = await metadata.orderOf(backupId);
    if (order === undefined) continue;
    orders.push({
      ...{ verificationId: newBackupId(now), level, order, schedule, reason },
      ...{ requestedBy: 'scheduler', requestedAt: new Date(now).toISOString() },
    });
  }
  return orders;
}
