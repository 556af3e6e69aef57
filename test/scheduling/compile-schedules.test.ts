import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../errors/coded-error.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { defaultSchedules, scheduleDefaults } from '../../scheduling/default-schedules.ts';
import type { Schedule } from '../../scheduling/schedule.ts';

const hour = 3_600_000;

function schedule(name: string, more: Partial<Schedule> = {}): Schedule {
  return { ...scheduleDefaults, name, kind: 'duckdb-full', timing: { every: hour, anchor: 0 }, ...more };
}

function problemsOf(...schedules: Schedule[]): string {
  try {
    compileSchedules(schedules);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'configuration-invalid') return error.message;
    throw error;
  }
  return '';
}

describe('compiling schedules', () => {
  it('accepts the default ones: five on, keys off', () => {
    const compiled = compileSchedules(defaultSchedules);
    expect(compiled.filter(({ schedule: { enabled } }) => enabled)).toHaveLength(5);
    expect(compiled.find(({ schedule: { enabled } }) => !enabled)?.schedule.name).toBe('kms-keys');
  });

  it('names every problem at once', () => {
    const message = problemsOf(
      schedule('twice'),
      schedule('twice'),
      schedule('lost', { after: ['nobody'] }),
      schedule('a', { after: ['b'] }),
      schedule('b', { after: ['c'] }),
      schedule('c', { after: ['a'] }),
      schedule('cron', { timing: { cron: '99 * * * *', timeZone: 'Mars/Base' } }),
      schedule('jitter', { jitterMs: hour }),
      schedule('zero', { timing: { every: 0, anchor: 0 } }),
    );
    expect(message).toContain('"twice" is used twice');
    expect(message).toContain('schedules.lost.after: there is no schedule "nobody"');
    expect(message).toContain('a → b → c → a');
    expect(message).toContain('schedules.cron.timeZone: "Mars/Base"');
    expect(message).toContain('schedules.cron.cron: "99 * * * *"');
    expect(message).toContain('schedules.jitter.jitter');
    expect(message).toContain('schedules.zero.every: 0 ms');
  });

  it('refuses a cron expression without any slot', () => {
    const message = problemsOf(schedule('never', { timing: { cron: '0 0 31 4,6 *', timeZone: 'UTC' } }));
    expect(message).toContain('schedules.never.cron');
  });
});

describe('the timeline of a schedule', () => {
  it('has fixed-rate slots from its anchor, before and after it', () => {
    const [one] = compileSchedules([schedule('a', { timing: { every: hour, anchor: 600_000 } })]);
    expect(one?.timeline.at(0)).toMatchObject({ slot: 600_000 - hour, next: 600_000 });
    expect(one?.timeline.at(600_000)).toMatchObject({ slot: 600_000, previous: 600_000 });
  });

  it('spreads slots by the same jitter each time, within its limit', () => {
    const jittered = schedule('a', { jitterMs: hour / 2 });
    const [one, again] = [compileSchedules([jittered])[0], compileSchedules([jittered])[0]];
    const offsets = Array.from({ length: 100 }, (_, index) => {
      const dueAt = one?.timeline.dueAt(index * hour) ?? NaN;
      expect(again?.timeline.dueAt(index * hour)).toBe(dueAt);
      return dueAt - index * hour;
    });
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThan(hour / 2);
    expect(new Set(offsets).size).toBeGreaterThan(90);
    expect(offsets.reduce((sum, offset) => sum + offset, 0) / 100).toBeCloseTo(hour / 4, -6);
  });

  it('has the slot before as the newest due one until the jitter has passed', () => {
    const [one] = compileSchedules([schedule('a', { jitterMs: hour / 2 })]);
    const dueAt = one?.timeline.dueAt(5 * hour) ?? NaN;
    expect(one?.timeline.at(dueAt - 1)).toMatchObject({
      slot: 4 * hour,
      previous: 5 * hour,
      nextDueAt: dueAt,
    });
    expect(one?.timeline.at(dueAt)).toMatchObject({ slot: 5 * hour, dueAt });
  });
});
