import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { Admission } from '../stores/exclusion/port.ts';
import type { CompiledSchedule } from './compile-schedules.ts';
import type { Decision, DecisionCode, PlanState } from './decision.ts';
import { isMisfire } from './misfire.ts';
import * as reasons from './reasons.ts';
import { retryAt } from './retry-delay.ts';
import type { Standing } from './timeline.ts';

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

interface Question {
  readonly compiled: CompiledSchedule;
  readonly history: ScheduleHistory | undefined;
  readonly state: PlanState;
  readonly now: number;
}

/** What a schedule has to do now, looked at alone: it is due, or it is idle for a reason. */
export function assess(question: Question): Due | Decision {
  const { compiled, history, state, now } = question;
  const { schedule, type, timeline } = compiled;
  const standing = timeline.at(now);
  if (!state.enabled) {
    return idle(compiled, standing, { code: 'scheduling-disabled', reason: reasons.schedulingDisabled });
  }
  if (!schedule.enabled) {
    return idle(compiled, standing, {
      code: 'schedule-disabled',
      reason: reasons.scheduleDisabled(schedule.name),
    });
  }
  if (!state.configuredTypes.has(type)) {
    return idle(compiled, standing, {
      code: 'source-not-configured',
      reason: reasons.notConfigured(type),
    });
  }
  const own = state.admissions.find(({ order }) => order.schedule === schedule.name);
  if (own !== undefined) {
    return behindItself(question, standing, own);
  }
  const failed = history?.failed ?? null;
  if (failed !== null && failed.slot >= standing.slot) {
    return again(question, standing, failed);
  }
  const lastSlot = history?.lastSlot ?? null;
  return freshSlot(question, standing, { lastSlot, failed });
}

type Failed = NonNullable<ScheduleHistory['failed']>;

function behindItself(question: Question, standing: Standing, own: Admission): Due | Decision {
  const { compiled } = question;
  const { order } = own;
  const slot = order.slot === null ? standing.slot : Date.parse(order.slot);
  if (standing.slot <= slot) {
    const { attempt, backupId } = order;
    return {
      ...idle(compiled, standing, { code: 'in-progress', reason: reasons.inProgress(own) }),
      slot,
      attempt,
      backupId,
    };
  }
  return dueNow(question, standing, {
    code: 'due',
    reason: reasons.due(standing.slot),
    since: compiled.timeline.firstDueAfter(slot),
    behindItself: own,
  });
}

/** The newest slot has been tried: again at once, later, or not any more. */
function again(question: Question, standing: Standing, failed: Failed): Due | Decision {
  const { compiled, now } = question;
  const { schedule } = compiled;
  const known = { slot: failed.slot, attempt: failed.attempt + 1, backupId: failed.backupId };
  if (failed.interrupted) {
    return {
      ...dueNow(question, standing, {
        code: 'interrupted',
        reason: reasons.interrupted(failed.slot),
        since: compiled.timeline.dueAt(failed.slot),
      }),
      ...known,
    };
  }
  const { maxAttempts } = schedule.retry;
  if (failed.failures >= maxAttempts) {
    const nextDueAt = compiled.timeline.firstDueAfter(failed.slot);
    return idle(compiled, standing, {
      code: 'given-up',
      reason: reasons.givenUp(failed, nextDueAt),
      dueAt: nextDueAt,
    });
  }
  const at = retryAt(schedule.retry, failed, now);
  if (at > now) {
    return {
      ...idle(compiled, standing, {
        code: 'retry-later',
        reason: reasons.retryLater(failed, maxAttempts, at),
        dueAt: at,
      }),
      ...known,
    };
  }
  return {
    ...dueNow(question, standing, {
      code: 'retry',
      reason: reasons.retry(failed, maxAttempts),
      since: at,
    }),
    ...known,
    dueAt: at,
    retrying: true,
  };
}

function freshSlot(
  question: Question,
  standing: Standing,
  { lastSlot, failed }: { lastSlot: number | null; failed: Failed | null },
): Due | Decision {
  const { compiled, state, now } = question;
  const { slot, dueAt, nextDueAt } = standing;
  if (lastSlot === null && failed === null) {
    const since = compiled.timeline.dueAt(standing.previous);
    const known = { slot: standing.previous, dueAt: Math.min(since, now) };
    return {
      ...dueNow(question, standing, {
        code: 'never-run',
        reason: reasons.neverRun(standing.previous),
        since: -Infinity,
      }),
      ...known,
    };
  }
  if (lastSlot !== null && lastSlot >= slot) {
    return idle(compiled, standing, { code: 'not-due', reason: reasons.notDue(lastSlot, nextDueAt) });
  }
  const { misfire, misfireGraceMs: graceMs } = compiled.schedule;
  if (misfire === 'skip' && isMisfire({ dueAt, graceMs, type: compiled.type }, state, now)) {
    return idle(compiled, standing, {
      code: 'misfire-skipped',
      reason: reasons.misfireSkipped(slot, nextDueAt),
    });
  }
  const served = Math.max(lastSlot ?? -Infinity, failed?.slot ?? -Infinity);
  const since = compiled.timeline.firstDueAfter(served);
  if (failed !== null) {
    return dueNow(question, standing, { code: 'due', reason: reasons.superseding(slot, failed), since });
  }
  return since < dueAt
    ? dueNow(question, standing, { code: 'catch-up', reason: reasons.catchUp(slot, since), since })
    : dueNow(question, standing, { code: 'due', reason: reasons.due(slot), since });
}

function dueNow(
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

function idle(
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
