import { newBackupId } from '../../model/backup-id.ts';
import type { Clock } from '../../engine/clock.ts';
import { backupKinds } from '../../model/backup-kind.ts';
import { isKindOrder, type KindOrder } from '../../model/kind-order.ts';
import type { Decision } from '../../scheduling/decision.ts';
import type { Exclusion } from '../../stores/exclusion/port.ts';
import type { DamagedChain } from '../../stores/metadata/port.ts';
import { parentDamaged } from './parent-damaged.ts';

/**
 * Admits what the plan lets run, under the lease that it was decided with. What is busy by now is left to the next plan;
 * when the lease is lost, all the rest is.
 */
export async function admitPlanned(
  due: readonly Decision[],
  { leaseToken, damaged }: { readonly leaseToken: string; readonly damaged: readonly DamagedChain[] },
  { clock, exclusion }: { readonly clock: Clock; readonly exclusion: Pick<Exclusion, 'admit'> },
): Promise<readonly KindOrder[]> {
  const admitted: KindOrder[] = [];
  for (const decision of due) {
    const order = orderOf(decision, clock.now(), damaged);
    const { outcome } = await exclusion.admit(order, { leaseToken });
    if (outcome === 'not-leader') break;
    if (outcome === 'dispatched') admitted.push(order);
  }
  return admitted;
}

/** A retry keeps its backup's id. */
function orderOf(
  { schedule, slot, attempt, backupId, reason }: Decision,
  now: number,
  damaged: readonly DamagedChain[],
): KindOrder {
  const order = {
    backupId: backupId ?? newBackupId(now),
    attempt,
    kind: schedule.kind,
    ...backupKinds[schedule.kind],
    schedule: schedule.name,
    slot: slot === null ? null : new Date(slot).toISOString(),
    tenantId: null,
    trigger: 'schedule' as const,
    requestedBy: 'scheduler',
    requestedAt: new Date(now).toISOString(),
    timeoutMs: schedule.timeoutMs,
    reason,
    ...parentDamaged(backupKinds[schedule.kind].type, damaged),
  };
  if (!isKindOrder(order))
    throw new TypeError(`${schedule.name}: ${schedule.kind} has another type or scope`);
  return order;
}
