import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backupKinds, type BackupKind } from '../../model/backup-kind.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { defaultSchedules, scheduleDefaults } from '../../scheduling/default-schedules.ts';
import type { Schedule } from '../../scheduling/schedule.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { Simulation, type Outcome, type Run, type Take } from './simulation.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-03-28T00:00:00.000Z');
const runs = { numRuns: process.env['SOAK'] === undefined ? 15 : 500 };

const kinds = Object.keys(backupKinds) as BackupKind[];
const timing = fc.oneof(
  fc.record({
    every: fc.integer({ min: 3, max: 400 }).map((minutes) => minutes * 5 * minute),
    anchor: fc.integer({ min: 0, max: 100 }).map((minutes) => minutes * minute),
  }),
  fc.record({
    cron: fc.constantFrom('30 2 * * *', '*/20 * * * *', '15 1,2,3 * * *', '0 */4 * * 1-5', '45 0 L * *'),
    timeZone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    ),
  }),
);
/** Up to six schedules; each comes after some of those before it, so there is no circle. */
const schedules: fc.Arbitrary<readonly Schedule[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      timing,
      jitterMs: fc.constantFrom(0, 0, 2 * minute),
      misfire: fc.constantFrom('catch-up' as const, 'catch-up' as const, 'skip' as const),
      afterBits: fc.nat({ max: 63 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((made) =>
    made.map(({ afterBits, ...rest }, index) => ({
      ...scheduleDefaults,
      ...rest,
      name: `s${index}`,
      after: made.flatMap((_, other) => (other < index && (afterBits >> other) & 1 ? [`s${other}`] : [])),
    })),
  );
const outcomes = fc.infiniteStream(
  fc.constantFrom<Outcome>('completed', 'completed', 'completed', 'failed', 'interrupted'),
);
const scope = fc.constantFrom('global' as const, 'type' as const);

function taking(minutes: readonly number[], next: () => Outcome): Take {
  return ({ schedule: { name } }) => ({
    ms: (minutes[Number(name.slice(1)) % minutes.length] ?? 1) * minute,
    outcome: next(),
  });
}

const always = (): Outcome => 'completed';
const durations = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 6, maxLength: 6 });

function overlapping(all: readonly Run[], excludes: (a: Run, b: Run) => boolean): readonly Run[] {
  return all.filter((run, index) =>
    all
      .slice(index + 1)
      .some(
        (other) => excludes(run, other) && other.startedAt < run.endedAt && run.startedAt < other.endedAt,
      ),
  );
}

describe('the plan over time, whatever the schedules', () => {
  it('never completes a slot twice, nor under two backups while one may still be tried', () => {
    fc.assert(
      fc.property(schedules, durations, outcomes, scope, (made, minutes, outcome, lockScope) => {
        const clock = new SettableClock(start);
        const simulation = new Simulation(made, clock, lockScope);
        simulation.advance(
          40 * hour,
          5 * minute,
          taking(minutes, () => outcome.next().value as Outcome),
        );
        const slots = simulation.runs.map(({ schedule, slot, attempt }) => `${schedule} ${slot} ${attempt}`);
        expect(new Set(slots).size).toBe(slots.length);
        const backups = new Map(simulation.runs.map((run) => [`${run.schedule} ${run.slot}`, run.backupId]));
        for (const run of simulation.runs) {
          expect(backups.get(`${run.schedule} ${run.slot}`)).toBe(run.backupId);
        }
        const domain = (run: Run): string =>
          backupKinds[made[Number(run.schedule.slice(1))]?.kind ?? 'kms-keys'].type;
        expect(
          overlapping(simulation.runs, (a, b) => lockScope === 'global' || domain(a) === domain(b)),
        ).toEqual([]);
      }),
      runs,
    );
  });

  it('keeps all of that for 10,000 schedules', () => {
    const many = Array.from({ length: 10_000 }, (_, index): Schedule => {
      const kind = kinds[index % kinds.length] ?? 'duckdb-full';
      const every = (1 + (index % 24)) * hour;
      return { ...scheduleDefaults, name: `s${index}`, kind, timing: { every, anchor: index * minute } };
    });
    const simulation = new Simulation(many, new SettableClock(start), 'type');
    simulation.advance(20 * minute, 5 * minute, () => ({ ms: 30_000, outcome: 'completed' }));
    for (const { plan } of simulation.plans) {
      expect(new Set(plan.decisions.map(({ schedule: { name } }) => name)).size).toBe(10_000);
    }
    const slots = simulation.runs.map(({ schedule, slot }) => `${schedule} ${slot}`);
    expect(slots.length).toBeGreaterThan(100);
    expect(new Set(slots).size).toBe(slots.length);
  });

  it('gives every schedule one decision with a reason at each check', () => {
    fc.assert(
      fc.property(schedules, durations, outcomes, scope, (made, minutes, outcome, lockScope) => {
        const simulation = new Simulation(made, new SettableClock(start), lockScope);
        simulation.advance(
          10 * hour,
          5 * minute,
          taking(minutes, () => outcome.next().value as Outcome),
        );
        for (const { plan } of simulation.plans) {
          expect(plan.decisions.map(({ schedule: { name } }) => name).sort()).toEqual(
            made.map(({ name }) => name).sort(),
          );
          expect(plan.decisions.every(({ reason }) => reason.length > 10)).toBe(true);
          const order = plan.decisions.map(({ action }) => ['run', 'hold', 'idle'].indexOf(action));
          expect(order).toEqual(order.toSorted());
        }
      }),
      { numRuns: 8 },
    );
  });

  it('runs only slots that the schedule has, never before they are due', () => {
    fc.assert(
      fc.property(schedules, durations, (made, minutes) => {
        const simulation = new Simulation(made, new SettableClock(start));
        simulation.advance(40 * hour, 5 * minute, taking(minutes, always));
        const compiled = new Map(compileSchedules(made).map((one) => [one.schedule.name, one.timeline]));
        for (const { schedule, slot, startedAt } of simulation.runs) {
          expect(compiled.get(schedule)?.at(slot).previous).toBe(slot);
          expect(slot).toBeLessThanOrEqual(startedAt);
        }
      }),
      runs,
    );
  });

  it('starves nobody, however much too long the others take', () => {
    fc.assert(
      fc.property(schedules, durations, scope, (made, minutes, lockScope) => {
        const caughtUp = made.map((one) => ({ ...one, misfire: 'catch-up' as const }));
        const simulation = new Simulation(caughtUp, new SettableClock(start), lockScope);
        simulation.advance(100 * hour, 5 * minute, taking(minutes, always));
        // All 6 take at most 9 hours together; the rarest is due every 33 hours, or on working days, or at a month's end.
        for (const { name } of caughtUp) {
          expect(simulation.runs.filter(({ schedule }) => schedule === name).length).toBeGreaterThan(0);
        }
        const waits = simulation.plans.at(-1)?.plan.decisions.filter(({ action }) => action !== 'idle') ?? [];
        const now = simulation.plans.at(-1)?.at ?? 0;
        for (const { schedule, dueAt, nextSlot, previousSlot } of waits) {
          const last = simulation.runs.filter((run) => run.schedule === schedule.name).at(-1);
          const patience = 9 * hour + 40 * (nextSlot - previousSlot);
          expect(now - Math.max(last?.endedAt ?? 0, dueAt ?? 0)).toBeLessThan(patience);
        }
      }),
      runs,
    );
  });

  it('never drifts: an interval of fifteen minutes with a tick of five runs at each of its slots', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0, max: 14 }), (takes, phase) => {
        const anchor = phase * minute;
        const one = { ...scheduleDefaults, name: 's0', kind: 'tigerbeetle-logs' as const };
        const simulation = new Simulation(
          [{ ...one, timing: { every: 15 * minute, anchor } }],
          new SettableClock(start),
        );
        simulation.advance(24 * hour, 5 * minute, taking([takes], always));
        const slots = simulation.runs.map(({ slot }) => slot);
        slots.forEach((slot, index) => {
          expect(slot).toBe((slots[0] ?? 0) + index * 15 * minute);
        });
        expect(slots.length).toBeGreaterThanOrEqual(95);
      }),
      { numRuns: 8 },
    );
  });

  it('runs no slot twice and goes on when the clock is set back or forward', () => {
    const jumps = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(schedules, durations, jumps, (made, minutes, hours) => {
        const caughtUp = made.map((one) => ({ ...one, misfire: 'catch-up' as const }));
        const clock = new SettableClock(start);
        const simulation = new Simulation(caughtUp, clock);
        for (const jump of hours) {
          simulation.advance(9 * hour, 5 * minute, taking(minutes, always));
          clock.tick(jump * hour);
        }
        const before = simulation.runs.length;
        simulation.advance(150 * hour, 5 * minute, taking(minutes, always));
        const slots = simulation.runs.map(({ schedule, slot }) => `${schedule} ${slot}`);
        expect(new Set(slots).size).toBe(slots.length);
        // 150 hours are what the rarest of these may have to wait, as above, where all others take too long.
        const often = caughtUp.filter(({ timing: when }) => 'every' in when && when.every <= 3.5 * hour);
        for (const { name } of often) {
          expect(simulation.runs.slice(before).some(({ schedule }) => schedule === name)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('lets one that never ran have its turn after others that are due again whenever they end', () => {
    const logs = { ...scheduleDefaults, kind: 'tigerbeetle-logs' as const, misfire: 'catch-up' as const };
    const often = { ...logs, timing: { every: 20 * minute, anchor: 0 } };
    const last = { ...logs, name: 's2', timing: { every: 15 * minute, anchor: 0 }, after: ['s0', 's1'] };
    const simulation = new Simulation(
      [{ ...often, name: 's0' }, { ...often, name: 's1' }, last],
      new SettableClock(start),
    );
    simulation.advance(3 * hour, 5 * minute, taking([15, 15, 1], always));
    const order = simulation.runs.map(({ schedule }) => schedule);
    expect(order.slice(0, 3)).toEqual(['s0', 's1', 's2']);
  });

  it('lets one that always fails hold up nobody', () => {
    const take: Take = ({ schedule: { name } }) =>
      name === 'duckdb-full' ? { ms: 10 * minute, outcome: 'failed' } : { ms: minute, outcome: 'completed' };
    const simulation = new Simulation(defaultSchedules, new SettableClock(start));
    simulation.advance(48 * hour, 5 * minute, take);
    const completed = (name: string): number =>
      simulation.runs.filter(({ schedule }) => schedule === name).length;
    expect(completed('tigerbeetle-logs')).toBeGreaterThanOrEqual(190);
    expect(completed('parquet-replication')).toBeGreaterThanOrEqual(47);
    expect(completed('duckdb-incremental')).toBeGreaterThanOrEqual(8);
    expect(completed('duckdb-full')).toBe(2 * 5);
  });
});
