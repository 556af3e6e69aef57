import type { Admission } from '../stores/exclusion/port.ts';
import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { CompiledSchedule, Due } from './compiled-schedule.ts';
import type { Decision, DecisionCode, PlanState } from './decision.ts';
import type { Standing } from './timeline.ts';

/** What is asked of one schedule: where it stands now. */
export interface Question {
  readonly compiled: CompiledSchedule;
  readonly history: ScheduleHistory | undefined;
  readonly state: PlanState;
  readonly now: number;
}

export function dueNow(
  { compiled, history }: Question,
  standing: Standing,
  why: { code: DecisionCode; reason: string; since: number; behindItself?: Admission },
): Due {
  const { slot, dueAt } = standing;
  const { code, reason, since, behindItself: own = null } = why;
  return {
    due: true,
    compiled,
    standing,
    slot,
    attempt: 1,
    backupId: null,
    code,
    reason,
    dueAt,
    since,
    retrying: false,
    endedAt: endedAt(history),
    behindItself: own,
  };
}

/** When a schedule's backup last ended by itself (not interrupted); -Infinity: never. */
export function endedAt(history: ScheduleHistory | undefined): number {
  const failed = history?.failed ?? null;
  return Math.max(
    history?.lastCompletedAt ?? -Infinity,
    failed === null || failed.interrupted ? -Infinity : failed.failedAt,
  );
}

export function idle(
  { schedule }: CompiledSchedule,
  { previous, next, nextDueAt }: Standing,
  why: { code: DecisionCode; reason: string; dueAt?: number },
): Decision {
  const off = why.code.endsWith('-disabled') || why.code === 'source-not-configured';
  return {
    schedule,
    action: 'idle',
    slot: null,
    attempt: 1,
    backupId: null,
    code: why.code,
    reason: why.reason,
    lateBy: null,
    previousSlot: previous,
    nextSlot: next,
    dueAt: off ? null : (why.dueAt ?? nextDueAt),
  };
}
