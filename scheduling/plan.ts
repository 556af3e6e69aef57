import { assess } from './assess.ts';
import type { CompiledSchedule } from './compiled-schedule.ts';
import type { Decision, Plan, PlanState } from './decision.ts';
import type { Due } from './compiled-schedule.ts';
import { decideDue } from './hold-back.ts';
import { recall } from './memory.ts';
import { rankDue } from './run-order.ts';

/**
 * What should run now, and for every schedule that should not, why. A function of its arguments alone: it starts nothing
 * and may be asked as often as one likes. `now` in milliseconds since the epoch.
 */
export function plan(schedules: readonly CompiledSchedule[], state: PlanState, now: number): Plan {
  const due: Due[] = [];
  const idle: Decision[] = [];
  let wakeAt = Infinity;
  const inProgress = new Set(state.admissions.map(({ order }) => order.schedule));
  for (const compiled of schedules) {
    const { name } = compiled.schedule;
    const history = state.histories.get(name);
    const nothingNew = state.enabled && state.configuredTypes.has(compiled.type) && !inProgress.has(name);
    const found =
      (nothingNew ? recall(compiled.memory, history, now) : undefined) ??
      assess({ compiled, history, state, now });
    if ('due' in found) {
      due.push(found);
    } else {
      idle.push(found);
      const { dueAt } = found;
      if (dueAt !== null && dueAt > now && dueAt < wakeAt) wakeAt = dueAt;
    }
  }
  const { run, hold } = decideDue(rankDue(due, now), state);
  return { decisions: run.concat(hold, idle), wakeAt: wakeAt === Infinity ? null : wakeAt };
}
