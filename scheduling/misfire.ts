import type { BackupType } from '../model/backup-kind.ts';
import type { PlanState } from './decision.ts';

/**
 * Whether a slot that begins only now was simply missed. It was not when it begins within `graceMs`, nor when backups
 * that exclude it have run, one after the other with gaps below `graceMs`, ever since it was due.
 */
export function isMisfire(
  slot: { readonly dueAt: number; readonly graceMs: number; readonly type: BackupType },
  state: PlanState,
  now: number,
): boolean {
  const { dueAt, graceMs, type } = slot;
  let excusedUntil = dueAt + graceMs;
  if (now <= excusedUntil) {
    return false;
  }
  const excludes = (other: BackupType): boolean => state.lockScope === 'global' || other === type;
  const busy = [
    ...state.ended,
    ...state.admissions.map(({ order, since, state: stage }) => ({
      type: order.type,
      startedAt: stage === 'running' ? since : Date.parse(order.requestedAt),
      endedAt: now,
    })),
  ]
    .filter((backup) => excludes(backup.type))
    .sort((a, b) => a.startedAt - b.startedAt);
  for (const { startedAt, endedAt } of busy) {
    if (startedAt <= excusedUntil) {
      excusedUntil = Math.max(excusedUntil, endedAt + graceMs);
    }
  }
  return now > excusedUntil;
}
