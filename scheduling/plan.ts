import { assess, type Due } from './assess.ts';
import type { CompiledSchedule } from './compile-schedules.ts';
import type { Decision, Plan, PlanState } from './decision.ts';
import { decideDue } from './hold-back.ts';
import { rankDue } from './run-order.ts';

/**
 * What should run now, and for every schedule that should not, why. A function of its arguments alone: it starts nothing
 * and may be asked as often as one likes. `now` in milliseconds since the epoch.
 */
export function plan(schedules: readonly CompiledSchedule[], state: PlanState, now: number): Plan {
  const due: Due[] = [];
  const idle: Decision[] = [];
  let wakeAt = Infinity;
  for (const compiled of schedules) {
    const history = state.histories.get(compiled.schedule.name);
    const found = assess({ compiled, history, state, now });
    if ('due' in found) {
      due.push(found);
    } else {
      idle.push(found);
      if (found.code === 'retry-later') {
        wakeAt = Math.min(wakeAt, found.dueAt ?? Infinity);
      }
    }
  }
  const decided = decideDue(rankDue(due, now), state);
  return {
    decisions: [
      ...decided.filter(({ action }) => action === 'run'),
      ...decided.filter(({ action }) => action === 'hold'),
      ...idle,
    ],
    wakeAt: wakeAt === Infinity ? null : wakeAt,
  };
}
