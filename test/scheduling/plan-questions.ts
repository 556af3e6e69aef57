import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import type { Decision, PlanState } from '../../scheduling/decision.ts';
import { scheduleDefaults } from '../../scheduling/default-schedules.ts';
import { plan } from '../../scheduling/plan.ts';
import type { Schedule } from '../../scheduling/schedule.ts';
import type { Admission } from '../../stores/exclusion/port.ts';
import type { ScheduleHistory } from '../../stores/metadata/port.ts';
import { admission, emptyState } from './simulation.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const noon = Date.parse('2026-01-01T12:00:00.000Z');

export function schedule(name: string, more: Partial<Schedule> = {}): Schedule {
  return { ...scheduleDefaults, name, kind: 'duckdb-full', timing: { every: hour, anchor: 0 }, ...more };
}

export function done(name: string, lastSlot: number, more: Partial<ScheduleHistory> = {}): ScheduleHistory {
  return { schedule: name, lastSlot, lastCompletedAt: lastSlot + minute, failed: null, ...more };
}

export function failed(
  name: string,
  slot: number,
  more: Partial<NonNullable<ScheduleHistory['failed']>> = {},
): ScheduleHistory {
  const known = { backupId: 'b1', slot, attempt: 1, failures: 1, failedAt: slot + minute };
  return done(name, slot - hour, { failed: { ...known, interrupted: false, error: 'disk full', ...more } });
}

export function histories(...known: ScheduleHistory[]): Pick<PlanState, 'histories'> {
  return { histories: new Map(known.map((history) => [history.schedule, history])) };
}

export function decide(
  schedules: readonly Schedule[],
  state: Partial<PlanState>,
  now: number,
): readonly Decision[] {
  return plan(compileSchedules(schedules), { ...emptyState, ...state }, now).decisions;
}

export function running(of: Schedule, slot: number, since: number): Admission {
  const [decision] = decide([of], {}, slot);
  if (decision === undefined) throw new Error('no decision');
  return admission({ ...decision, slot }, since, 'other');
}

export function onDemand(of: Schedule, stage: Admission['state']): Admission {
  const made = running(of, noon, noon);
  return { ...made, state: stage, order: { ...made.order, schedule: null, slot: null, trigger: 'api' } };
}

export const names = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ schedule: { name }, action }) => `${action} ${name}`);
