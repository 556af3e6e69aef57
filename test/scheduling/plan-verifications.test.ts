import { describe, expect, it } from '@jest/globals';
import { compileVerifications } from '../../scheduling/compile-verifications.ts';
import { defaultVerifications } from '../../scheduling/default-verifications.ts';
import { planVerifications } from '../../scheduling/plan-verifications.ts';
import type { Verifiable } from '../../stores/metadata/port.ts';

const [hour, day] = [3_600_000, 86_400_000];
const schedules = compileVerifications(defaultVerifications);
/** A day on which both have a slot. */
const monday = 2900 * 7 * day;

function backup(backupId: string, completedAt: number, over: Partial<Verifiable> = {}): Verifiable {
  const never = { 1: null, 2: null, 3: null };
  const startedAt = completedAt - 1;
  const known = { backupId, type: 'duckdb' as const, tenantId: null, startedAt, completedAt };
  return { ...known, doneAt: never, failedAt: never, ...over };
}
const doneAt = (one: number | null, three: number | null = null) => ({ 1: one, 2: three, 3: three });
const due = (backups: readonly Verifiable[], now: number) =>
  planVerifications(schedules, backups, now).map(({ backupId, level }) => `${backupId}@${level}`);

describe('what is to be verified', () => {
  it('leaves a new backup alone until the next slot, and the first of a type until it is an hour old', () => {
    const first = backup('first', monday + 5 * hour);
    expect(due([first], monday + 6 * hour - 1)).toEqual([]);
    expect(due([first], monday + 6 * hour)).toEqual(['first@3']);
    const restored = { ...first, doneAt: doneAt(monday + 6 * hour, monday + 6 * hour) };
    const second = backup('second', monday + 7 * hour);
    expect(due([restored, second], monday + 23 * hour)).toEqual([]);
    expect(due([restored, second], monday + day)).toEqual(['second@1', 'first@1']);
  });

  it('restores the newest of each type once a week, and looks at all of them once a day', () => {
    const old = backup('old', monday - 3 * day, { doneAt: doneAt(monday - day, monday - 3 * day) });
    const newest = backup('newest', monday - hour);
    const archive = backup('archive', monday - 2 * hour, { type: 'parquet' });
    const late = backup('late', monday + hour);
    expect(due([old, newest, archive, late], monday + 2 * hour)).toEqual(['newest@3', 'archive@3', 'old@1']);
    const done = [old, newest, archive].map((one) => ({ ...one, doneAt: doneAt(monday, monday) }));
    expect(due([...done, late], monday + 2 * hour)).toEqual([]);
    expect(due([...done, late], monday + day)).toEqual(['late@1', 'old@1', 'newest@1', 'archive@1']);
    expect(due([...done, late], monday + 7 * day)).toContain('late@3');
  });

  it('restores the newest of all tenants, and one of a single tenant only where there is no other', () => {
    const all = backup('all', monday - 9 * day, { type: 'kms' });
    const one = backup('one', monday - hour, {
      type: 'kms',
      tenantId: '7b0c3f9e-1d2a-4c5b-8e6f-0a1b2c3d4e5f',
    });
    expect(due([all, one], monday)).toEqual(['all@3', 'one@1']);
    expect(due([one], monday)).toEqual(['one@3']);
  });

  it('is the same at every moment between two slots, until it is done', () => {
    const backups = [backup('a', monday - hour, { doneAt: doneAt(monday - day, monday - day) })];
    for (const after of [0, 1, hour, day - 1]) expect(due(backups, monday + after)).toEqual(['a@3']);
    expect(due(backups, monday - 1)).toEqual([]);
  });

  it('tries one that could not be done again after an hour', () => {
    const tried = backup('a', monday - hour, {
      doneAt: doneAt(monday, monday - 7 * day),
      failedAt: { 1: monday + hour, 2: monday + hour, 3: monday + hour },
    });
    expect(due([tried], monday + 2 * hour - 1)).toEqual([]);
    expect(due([tried], monday + 2 * hour)).toEqual(['a@3']);
  });

  it('keeps to the types and the switch of its schedule', () => {
    const [daily] = schedules;
    if (daily === undefined) throw new Error('no schedule');
    const backups = [backup('a', 0), backup('b', 0, { type: 'kms' })];
    const of = (over: Partial<typeof daily>) =>
      planVerifications([{ ...daily, ...over }], backups, monday).map(({ backupId }) => backupId);
    expect(of({})).toEqual(['a', 'b']);
    expect(of({ types: ['kms'] })).toEqual(['b']);
    expect(of({ enabled: false })).toEqual([]);
  });

  it('says why', () => {
    const [never] = planVerifications(schedules, [backup('a', monday - 2 * hour)], monday);
    expect(never?.reason).toBe('No backup of its type has ever been verified so.');
    const before = backup('a', monday - 2 * hour, { doneAt: doneAt(monday - day, monday - day) });
    const [again] = planVerifications(schedules, [before], monday);
    expect(again).toMatchObject({
      schedule: 'restores',
      reason: expect.stringContaining('is due; it last was'),
    });
  });
});
