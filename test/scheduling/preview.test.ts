import { describe, expect, it } from '@jest/globals';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import { preview, type PreviewOptions } from '../../scheduling/preview.ts';
import { done, hour, minute, noon, onDemand, schedule } from './plan-questions.ts';
import { emptyState } from './simulation.ts';

const options: PreviewOptions = {
  from: noon,
  until: noon + 24 * hour,
  tickMs: 5 * minute,
  typicalMs: new Map([['duckdb-full', 20 * minute]]),
};

describe('the preview', () => {
  it('shows a day of the default schedules, one at a time', () => {
    const runs = preview(compileSchedules(defaultSchedules), emptyState, options);
    const count = (name: string): number => runs.filter((run) => run.schedule === name).length;
    expect(count('tigerbeetle-logs')).toBeGreaterThanOrEqual(93);
    expect(count('parquet-replication')).toBe(24);
    expect(count('tigerbeetle-snapshot')).toBe(4);
    expect(count('duckdb-full')).toBe(2);
    expect(count('kms-keys')).toBe(0);
    runs.forEach((run, index) => {
      expect(run.startsAt).toBeGreaterThanOrEqual(runs[index - 1]?.endsAt ?? 0);
      expect(run.reason).not.toBe('');
    });
  });

  it('starts where things stand, and changes nothing of it', () => {
    const histories = new Map([['a', done('a', noon)]]);
    const state = { ...emptyState, histories, admissions: [onDemand(schedule('b'), 'waiting')] };
    const runs = preview(compileSchedules([schedule('a')]), state, { ...options, until: noon + 2 * hour });
    expect(runs.map(({ startsAt }) => startsAt)).toEqual([noon + hour]);
    expect(histories.get('a')).toEqual(done('a', noon));
  });

  it('waits for one that runs already', () => {
    const admissions = [onDemand(schedule('b'), 'running')];
    const runs = preview(compileSchedules([schedule('a')]), { ...emptyState, admissions }, options);
    expect(runs[0]).toMatchObject({ schedule: 'a', startsAt: noon + 20 * minute });
  });
});
