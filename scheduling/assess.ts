import type { ScheduleHistory } from '../stores/metadata/port.ts';
import type { Admission } from '../stores/exclusion/port.ts';
import type { Decision } from './decision.ts';
import type { Due } from './compiled-schedule.ts';
import { dueNow, idle, type Question } from './due.ts';
import { isMisfire } from './misfire.ts';
import { remember } from './memory.ts';
import * as reasons from './reasons.ts';
import { retryAt } from './retry-delay.ts';
import type { Standing } from './timeline.ts';

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
  const found = freshSlot(question, standing, { lastSlot, failed });
  if (failed === null && schedule.misfire === 'catch-up') {
    remember(compiled.memory, { history, standing }, found);
  }
  return found;
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
  const { slot, dueAt } = standing;
  if (lastSlot === null && failed === null) {
    return {
      ...dueNow(question, standing, {
        code: 'never-run',
        reason: reasons.neverRun(standing.previous),
        since: -Infinity,
      }),
      slot: standing.previous,
      dueAt: standing.previous,
    };
  }
  if (lastSlot !== null && lastSlot >= slot) {
    // A first run does not wait for its slot's jitter, so the slot that is due next may be done already.
    const nextDueAt = compiled.timeline.firstDueAfter(lastSlot);
    return idle(compiled, standing, {
      code: 'not-due',
      reason: reasons.notDue(lastSlot, nextDueAt),
      dueAt: nextDueAt,
    });
  }
  const { misfire, misfireGraceMs: graceMs } = compiled.schedule;
  if (misfire === 'skip' && isMisfire({ dueAt, graceMs, type: compiled.type }, state, now)) {
    return idle(compiled, standing, {
      code: 'misfire-skipped',
      reason: reasons.misfireSkipped(slot, standing.nextDueAt),
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
