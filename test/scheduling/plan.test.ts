import { describe, expect, it } from '@jest/globals';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import type { PlanState } from '../../scheduling/decision.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import {
  decide,
  done,
  failed,
  histories,
  hour,
  minute,
  names,
  noon,
  onDemand,
  running,
  schedule,
} from './plan-questions.ts';

describe('the plan', () => {
  it('scheduled backup triggered when interval elapsed', () => {
    const [decision] = decide([schedule('a')], histories(done('a', noon - hour)), noon);
    expect(decision).toMatchObject({ action: 'run', code: 'due', slot: noon, attempt: 1, backupId: null });
    expect(decision?.reason).toBe('The slot 2026-01-01T12:00:00.000Z is due.');
  });

  it('scheduled backup skipped when already running', () => {
    const a = schedule('a');
    const admissions = [running(a, noon, noon)];
    const [decision] = decide([a], { admissions, ...histories(done('a', noon - hour)) }, noon + minute);
    expect(decision).toMatchObject({ action: 'idle', code: 'in-progress', slot: noon, backupId: 'other' });
  });

  it('waits for the slot, not for the time since the last run', () => {
    const late = done('a', noon - hour, { lastCompletedAt: noon - minute });
    const [before] = decide([schedule('a')], histories(late), noon - 1);
    expect(before).toMatchObject({ action: 'idle', code: 'not-due', dueAt: noon, nextSlot: noon });
    const [at] = decide([schedule('a')], histories(late), noon);
    expect(at).toMatchObject({ action: 'run', slot: noon });
  });

  it('runs one that never ran at once, for the newest slot', () => {
    const [decision] = decide([schedule('a')], {}, noon + 17 * minute);
    expect(decision).toMatchObject({ action: 'run', code: 'never-run', slot: noon });
  });

  it('says when the next slot is due, after a first run that was earlier than the jitter of its slot', () => {
    const jittered = schedule('a', { jitterMs: hour / 2 });
    const timeline = compileSchedules([jittered])[0]?.timeline;
    if (timeline === undefined) throw new Error('nothing was compiled');
    expect(timeline.dueAt(noon)).toBeGreaterThan(noon + 1);
    const dueAt = timeline.dueAt(noon + hour);
    const [decision] = decide([jittered], histories(done('a', noon)), noon + 1);
    expect(decision).toMatchObject({ action: 'idle', code: 'not-due', dueAt });
    expect(decision?.reason).toContain(new Date(dueAt).toISOString());
  });

  it('catches up once, and says since when slots were missed', () => {
    const [decision] = decide([schedule('a')], histories(done('a', noon - 9 * hour)), noon);
    expect(decision).toMatchObject({ action: 'run', code: 'catch-up', slot: noon });
    expect(decision?.reason).toContain('2026-01-01T04:00:00.000Z');
  });

  it('gives each schedule exactly one decision with a reason', () => {
    const decisions = decide(defaultSchedules, {}, noon);
    expect(decisions.map(({ schedule: { name } }) => name).sort()).toEqual(
      defaultSchedules.map(({ name }) => name).sort(),
    );
    expect(decisions.every(({ reason }) => reason.endsWith('.'))).toBe(true);
  });

  it('says what to set where something is off', () => {
    const off = schedule('off', { enabled: false });
    expect(decide([off], {}, noon)[0]).toMatchObject({ code: 'schedule-disabled', dueAt: null });
    expect(decide([schedule('a')], { enabled: false }, noon)[0]?.reason).toContain('schedule.enabled');
    const [none] = decide([schedule('a')], { configuredTypes: new Set() }, noon);
    expect(none).toMatchObject({ action: 'idle', code: 'source-not-configured' });
    expect(none?.reason).toContain('sources.duckdb.file');
  });

  it('lets an incremental without a full run, and says that it becomes one', () => {
    const one = schedule('a', { kind: 'duckdb-incremental' });
    const [decision] = decide([one], { usableFulls: new Set() }, noon);
    expect(decision?.action).toBe('run');
    expect(decision?.reason).toContain('becomes a full one');
    expect(decide([one], {}, noon)[0]?.reason).not.toContain('full');
  });
});

describe('exclusion in the plan', () => {
  const a = schedule('a');
  const b = schedule('b', { kind: 'parquet-replication' });
  const c = schedule('c', { kind: 'duckdb-incremental' });

  it('runs one at a time under global', () => {
    expect(names(decide([a, b, c], {}, noon))).toEqual(['run a', 'hold b', 'hold c']);
  });

  it('runs one of each type under type', () => {
    const decisions = decide([a, b, c], { lockScope: 'type' }, noon);
    expect(names(decisions)).toEqual(['run a', 'run b', 'hold c']);
    expect(decisions[2]).toMatchObject({ code: 'not-its-turn', lateBy: null });
  });

  it('holds back what is due while another runs, and says by whom', () => {
    const [decision] = decide([b], { admissions: [running(a, noon, noon)] }, noon);
    expect(decision).toMatchObject({ action: 'hold', code: 'blocked', lateBy: 'other' });
    expect(decision?.reason).toContain('late: blocked by other (a)');
  });

  it('holds back only the same type under type', () => {
    const admissions = [running(a, noon, noon)];
    expect(names(decide([b, c], { admissions, lockScope: 'type' }, noon))).toEqual(['run b', 'hold c']);
  });

  it('lets those on demand go first', () => {
    const [decision] = decide([b], { admissions: [onDemand(a, 'waiting')] }, noon);
    expect(decision).toMatchObject({ action: 'hold', code: 'on-demand-first', lateBy: 'other' });
  });

  it('holds a new slot behind its own backup that still runs', () => {
    const admissions = [running(a, noon - hour, noon - hour)];
    const [decision] = decide([a], { admissions, ...histories(done('a', noon - 2 * hour)) }, noon);
    expect(decision).toMatchObject({ action: 'hold', slot: noon, lateBy: 'other', backupId: null });
  });
});

describe('the order of what is due', () => {
  const full = schedule('full', { timing: { every: 24 * hour, anchor: 12 * hour } });
  const next = schedule('next', { kind: 'parquet-replication', after: ['full'] });

  it('puts what others come after first, and holds those back', () => {
    const known = histories(done('next', noon - hour), done('full', noon - 24 * hour));
    const decisions = decide([next, full], known, noon);
    expect(names(decisions)).toEqual(['run full', 'hold next']);
    expect(decisions[1]).toMatchObject({ code: 'after' });
    expect(names(decide([next, full], { ...known, lockScope: 'type' }, noon))).toEqual([
      'run full',
      'hold next',
    ]);
  });

  it('keeps it back while the other is on its way, also beside other types', () => {
    const admissions = [running(full, noon, noon)];
    const known = histories(done('next', noon - hour), done('full', noon - 24 * hour));
    const state: Partial<PlanState> = { ...known, admissions, lockScope: 'type' };
    const [decision] = decide([next, full], state, noon + minute);
    expect(decision).toMatchObject({ action: 'hold', code: 'after', lateBy: 'other' });
    const [later] = decide([next, full], { ...state, ...histories(done('next', noon)) }, noon + hour);
    expect(later).toMatchObject({ action: 'run', slot: noon + hour });
  });

  it.each([
    ['failed', { ...histories(done('next', noon - hour), failed('full', noon)) }, full],
    ['disabled', histories(done('next', noon - hour)), { ...full, enabled: false }],
    ['not due', histories(done('next', noon - hour), done('full', noon)), full],
    ['not configured', { configuredTypes: new Set(['parquet'] as const) }, full],
  ])('never waits for one that is %s', (_what, state, other) => {
    expect(names(decide([next, other], state, noon + 2 * minute))).toContain('run next');
  });

  it('waits for another only once, however often that is due again', () => {
    const again = done('full', noon - 24 * hour, { lastCompletedAt: noon });
    const known = histories(done('next', noon - hour), again);
    expect(names(decide([next, full], known, noon + minute))).toEqual(['run next', 'hold full']);
  });

  it('lets the least slack relative to the interval go first', () => {
    const rare = schedule('rare', { timing: { every: 24 * hour, anchor: 0 } });
    const often = schedule('often', { timing: { every: 15 * minute, anchor: 0 } });
    const known = histories(done('rare', noon - 36 * hour), done('often', noon - 15 * minute));
    expect(names(decide([rare, often], known, noon + 14 * minute))).toEqual(['run often', 'hold rare']);
    expect(names(decide([often, rare], known, noon))).toEqual(['run rare', 'hold often']);
  });
});
