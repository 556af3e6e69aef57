import { describe, expect, it } from '@jest/globals';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { scheduleDefaults } from '../../scheduling/default-schedules.ts';
import { plan } from '../../scheduling/plan.ts';
import { decide, done, failed, histories, hour, minute, noon, running, schedule } from './plan-questions.ts';
import { emptyState } from './simulation.ts';

describe('retries in the plan', () => {
  const a = schedule('a', { retry: { ...scheduleDefaults.retry, jitter: 0, maxAttempts: 3 } });

  it('waits for its delay, keeps the backup, and says when to look again', () => {
    const state = { ...emptyState, ...histories(failed('a', noon)) };
    const compiled = compileSchedules([a]);
    const waiting = plan(compiled, state, noon + 90_000);
    expect(waiting.decisions[0]).toMatchObject({ action: 'idle', code: 'retry-later', backupId: 'b1' });
    expect(waiting.wakeAt).toBe(noon + 2 * minute);
    const due = plan(compiled, state, noon + 2 * minute);
    expect(due.decisions[0]).toMatchObject({ action: 'run', code: 'retry', attempt: 2, backupId: 'b1' });
    expect(due.wakeAt).toBeNull();
  });

  it('doubles the delay', () => {
    const known = histories(failed('a', noon, { attempt: 2, failures: 2 }));
    expect(decide([a], known, noon + minute)[0]?.dueAt).toBe(noon + 3 * minute);
  });

  it('gives the slot up after the last attempt, and starts the next slot afresh', () => {
    const known = histories(failed('a', noon, { attempt: 3, failures: 3 }));
    const [up] = decide([a], known, noon + 50 * minute);
    expect(up).toMatchObject({ action: 'idle', code: 'given-up', dueAt: noon + hour });
    expect(up?.reason).toContain('disk full');
    const [fresh] = decide([a], known, noon + hour);
    expect(fresh).toMatchObject({ action: 'run', attempt: 1, backupId: null, slot: noon + hour });
  });

  it('cuts a long error between characters', () => {
    const known = histories(failed('a', noon, { error: `${'x'.repeat(159)}😀 and more` }));
    const [decision] = decide([a], known, noon + 10 * minute);
    expect(decision?.reason).toContain(`(${'x'.repeat(159)}…)`);
  });

  it('runs an interrupted attempt again at once, without counting it', () => {
    const known = histories(failed('a', noon, { attempt: 9, failures: 2, interrupted: true }));
    const [decision] = decide([a], known, noon + minute);
    expect(decision).toMatchObject({ action: 'run', code: 'interrupted', attempt: 10, backupId: 'b1' });
  });

  it('lets a newer slot take the place of a failing older one', () => {
    const known = histories(failed('a', noon - hour));
    expect(decide([a], known, noon)[0]).toMatchObject({ action: 'run', backupId: null, slot: noon });
  });

  it('does not wait for a failure that a clock set back has put into the future', () => {
    const known = histories(failed('a', noon, { failedAt: noon + 40 * minute }));
    expect(decide([a], known, noon + minute)[0]).toMatchObject({ action: 'run', code: 'retry' });
  });
});

describe('missed slots with misfire skip', () => {
  const a = schedule('a', { misfire: 'skip' });
  const known = histories(done('a', noon - 5 * hour));
  const late = noon + 30 * minute;

  it('skips what was missed, and meets the next', () => {
    expect(decide([a], known, late)[0]).toMatchObject({ code: 'misfire-skipped', dueAt: noon + hour });
    expect(decide([a], known, noon + hour)[0]).toMatchObject({ action: 'run', slot: noon + hour });
  });

  it('runs within the grace', () => {
    expect(decide([a], known, noon + 10 * minute)[0]).toMatchObject({ action: 'run', slot: noon });
  });

  it('does not take for missed what other backups have delayed', () => {
    const ended = [
      { type: 'kms' as const, startedAt: noon + 21 * minute, endedAt: noon + 29 * minute },
      { type: 'parquet' as const, startedAt: noon - 5 * minute, endedAt: noon + 20 * minute },
    ];
    expect(decide([a], { ...known, ended }, late)[0]).toMatchObject({ action: 'run', slot: noon });
    expect(decide([a], { ...known, ended, lockScope: 'type' }, late)[0]?.code).toBe('misfire-skipped');
    const after = [{ type: 'kms' as const, startedAt: noon + 21 * minute, endedAt: noon + 29 * minute }];
    expect(decide([a], { ...known, ended: after }, late)[0]?.code).toBe('misfire-skipped');
  });

  it('stays due while the other still runs', () => {
    const admissions = [running(schedule('b'), noon - hour, noon - minute)];
    expect(decide([a], { ...known, admissions }, late)[0]).toMatchObject({ action: 'hold', slot: noon });
  });
});
