import { describe, expect, it } from '@jest/globals';
import { type LeaderWork, leaderDuties } from '../../leadership/duties.ts';

function work(changes: Partial<LeaderWork> = {}): { readonly done: string[]; readonly work: LeaderWork } {
  const done: string[] = [];
  const does = (what: string) => () => Promise.resolve(void done.push(what));
  return {
    done,
    work: {
      reconcile: does('reconcile'),
      startParts: (token) => Promise.resolve(void done.push(`start ${token}`)),
      stopParts: does('stop'),
      reap: () => Promise.resolve(0),
      reapRestores: does('restores'),
      requestCheck: does('check'),
      recordingFails: () => false,
      archive: does('archive'),
      recordInLedger: does('ledger'),
      trim: does('trim'),
      sweep: does('sweep'),
      ...changes,
    },
  };
}
const { signal } = new AbortController();

describe("the leader's duties", () => {
  it('put right what may be wrong before the parts start', async () => {
    const { done, work: all } = work();
    await leaderDuties(all).onGain('a', signal);
    expect(done).toEqual(['reconcile', 'start a']);
  });

  it('start nothing when the lease was lost in between', async () => {
    const lost = new AbortController();
    const { done, work: all } = work({
      reconcile: () => {
        lost.abort();
        return Promise.resolve();
      },
    });
    await expect(leaderDuties(all).onGain('a', lost.signal)).rejects.toThrow();
    expect(done).toEqual([]);
  });

  it('ask for a check when something was closed, and only then', async () => {
    let closed = 0;
    const { done, work: all } = work({ reap: () => Promise.resolve(closed) });
    const reap = leaderDuties(all).chores.find(({ name }) => name === 'reap');
    await reap?.run(signal);
    expect(done).toEqual([]);
    closed = 2;
    await reap?.run(signal);
    expect(done).toEqual(['check']);
  });

  it('ask for a check once recording works again', async () => {
    let failing = false;
    const { done, work: all } = work({ recordingFails: () => failing });
    const recheck = leaderDuties(all).chores.find(({ name }) => name === 'recheck');
    await recheck?.run(signal);
    failing = true;
    await recheck?.run(signal);
    expect(done).toEqual([]);
    failing = false;
    await recheck?.run(signal);
    await recheck?.run(signal);
    expect(done).toEqual(['check']);
  });
});
