import type { Admission } from '../stores/exclusion/port.ts';
import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { CompiledSchedule } from './compile-schedules.ts';
import type { Decision, DecisionCode, PlanState } from './decision.ts';
import type { Standing } from './timeline.ts';

/** What is asked of one schedule: where it stands now. */
export interface Question {
  readonly compiled: CompiledSchedule;
  readonly history: ScheduleHistory | undefined;
  readonly state: PlanState;
  readonly now: number;
}

/** A schedule that is due, whether it may run or not. */
export interface Due {
  readonly due: true;
  readonly compiled: CompiledSchedule;
  readonly standing: Standing;
  readonly slot: number;
  readonly attempt: number;
  readonly backupId: string | null;
  readonly code: DecisionCode;
  readonly reason: string;
  /** When the slot (or the retry of it) was due. */
  readonly dueAt: number;
  /** When the first slot that was not served was due; what slack is counted from. */
  readonly since: number;
  /** A second or later try after a failure: nobody waits for it. */
  readonly retrying: boolean;
  /** When it last ended by itself, completed or failed; -Infinity: never. */
  readonly endedAt: number;
  /** Its own earlier backup, which still runs; null: none. */
  readonly behindItself: Admission | null;
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
