import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { Decision } from './decision.ts';
import type { Due } from './due.ts';
import type { Standing } from './timeline.ts';

/**
 * What the plan last found about one schedule. Where nothing has failed, that depends only on the slots around now and on
 * what was completed, so it holds until either changes: most checks find nothing new, and this makes them cheap.
 */
export interface Memory {
  /** Valid from this moment until before the other. */
  from: number;
  until: number;
  lastSlot: number | null;
  lastCompletedAt: number | null;
  found: Due | Decision | undefined;
  /** The last decision about `found` when it is due. */
  decision: Decision | undefined;
  /** What was added to its reason. */
  because: string;
}

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
