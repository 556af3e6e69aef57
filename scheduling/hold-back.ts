import type { Admission } from '../stores/exclusion/port.ts';
import type { Decision, PlanState } from './decision.ts';
import type { Due } from './compiled-schedule.ts';
import { endedAt } from './due.ts';
import * as reasons from './reasons.ts';
import { dueSince, type Ranked } from './run-order.ts';

interface Hold {
  readonly code: Decision['code'];
  readonly because: string;
  readonly lateBy: string | null;
}

/** Decides in the order of running which of the due ones run now: one under `global`, one of each type under `type`. */
export function decideDue(
  ranked: readonly Ranked[],
  state: PlanState,
): { readonly run: Decision[]; readonly hold: Decision[] } {
  const run: Decision[] = [];
  const hold: Decision[] = [];
  const blockers = [...state.admissions].sort((a, b) => stages[a.state] - stages[b.state]);
  const global = state.lockScope === 'global';
  const taken = new Map<string, Hold>();
  for (const entry of ranked) {
    const { type, schedule } = entry.due.compiled;
    const domain = global ? 'global' : type;
    const blocker = global ? blockers[0] : blockers.find(({ order }) => order.type === type);
    const held = blockedBy(entry.due, blocker) ?? afterOthers(entry, state) ?? taken.get(domain);
    if (held === undefined) {
      taken.set(domain, {
        code: 'not-its-turn',
        because: reasons.notItsTurn(schedule.name),
        lateBy: null,
      });
      run.push(decision(entry.due, 'run', becomesFull(entry.due, state)));
    } else {
      hold.push(decision(entry.due, 'hold', held));
    }
  }
  return { run, hold };
}

const stages = { running: 0, dispatched: 1, waiting: 2 } as const satisfies Record<
  Admission['state'],
  number
>;

function blockedBy(due: Due, blocker: Admission | undefined): Hold | undefined {
  const by = due.behindItself ?? blocker;
  if (by === undefined) {
    return undefined;
  }
  const lateBy = by.order.backupId;
  return by.state === 'waiting'
    ? { code: 'on-demand-first', because: reasons.onDemandFirst(by), lateBy }
    : { code: 'blocked', because: reasons.blockedBy(by), lateBy };
}

function afterOthers({ due, waitsFor }: Ranked, state: PlanState): Hold | undefined {
  if (due.compiled.after.length === 0) {
    return undefined;
  }
  const first = waitsFor[0];
  if (first !== undefined) {
    return { code: 'after', because: reasons.afterDue(first.compiled.schedule.name), lateBy: null };
  }
  const since = dueSince(due);
  // On its way counts as due at the same time only when it was let in since: else a long one would delay each slot.
  const onItsWay = state.admissions.find(
    ({ order }) =>
      order.schedule !== null &&
      due.compiled.schedule.after.includes(order.schedule) &&
      Date.parse(order.requestedAt) >= since &&
      endedAt(state.histories.get(order.schedule)) < since,
  );
  return onItsWay === undefined
    ? undefined
    : {
        code: 'after',
        because: reasons.afterInProgress(onItsWay.order.schedule ?? '', onItsWay.order.backupId),
        lateBy: onItsWay.order.backupId,
      };
}

function becomesFull({ compiled, code }: Due, state: PlanState): Hold {
  const needsFull = compiled.type === 'duckdb' && compiled.scope === 'incremental';
  const because = needsFull && !state.usableFulls.has('duckdb') ? reasons.becomesFull : '';
  return { code, because, lateBy: null };
}

function decision(due: Due, action: 'run' | 'hold', held: Hold): Decision {
  const { memory } = due.compiled;
  const last = memory.found === due && memory.because === held.because ? memory.decision : undefined;
  if (last?.action === action && last.code === held.code && last.lateBy === held.lateBy) {
    return last;
  }
  const made = makeDecision(due, action, held);
  if (memory.found === due) {
    memory.decision = made;
    memory.because = held.because;
  }
  return made;
}

function makeDecision(due: Due, action: 'run' | 'hold', { code, because, lateBy }: Hold): Decision {
  return {
    schedule: due.compiled.schedule,
    action,
    slot: due.slot,
    attempt: due.attempt,
    backupId: due.backupId,
    code,
    reason: because === '' ? due.reason : due.reason + because,
    lateBy,
    previousSlot: due.standing.previous,
    nextSlot: due.standing.next,
    dueAt: due.dueAt,
  };
}
