import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { Decision } from './decision.ts';
import type { Due, Memory } from './compiled-schedule.ts';
import type { Standing } from './timeline.ts';

export function emptyMemory(): Memory {
  return {
    from: 0,
    until: 0,
    lastSlot: null,
    lastCompletedAt: null,
    found: undefined,
    decision: undefined,
    because: '',
  };
}

export function recall(
  memory: Memory,
  history: ScheduleHistory | undefined,
  now: number,
): Due | Decision | undefined {
  if (now < memory.from || now >= memory.until) {
    return undefined;
  }
  const same =
    history === undefined
      ? memory.lastSlot === null && memory.lastCompletedAt === null
      : history.failed === null &&
        history.lastSlot === memory.lastSlot &&
        history.lastCompletedAt === memory.lastCompletedAt;
  return same ? memory.found : undefined;
}

export function remember(
  memory: Memory,
  known: { readonly history: ScheduleHistory | undefined; readonly standing: Standing },
  found: Due | Decision,
): void {
  memory.from = known.standing.from;
  memory.until = known.standing.until;
  memory.lastSlot = known.history?.lastSlot ?? null;
  memory.lastCompletedAt = known.history?.lastCompletedAt ?? null;
  memory.found = found;
  memory.decision = undefined;
}
