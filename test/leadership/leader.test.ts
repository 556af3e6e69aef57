import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Leader, type LeaderOptions, createLeader } from '../../leadership/leader.ts';
import type { Duties } from '../../leadership/reign.ts';
import { FakeLease } from '../support/fake-lease.ts';
import { recordingLog } from '../support/recording-log.ts';
import { SettableClock } from '../support/settable-clock.ts';

const never = () => new Promise<void>(() => undefined);

describe('a leader', () => {
  let lease: FakeLease;
  let clock: SettableClock;
  let done: string[];
  const { log } = recordingLog();

  beforeEach(() => {
    lease = new FakeLease();
    clock = new SettableClock();
    done = [];
  });

  function leader(duties: Partial<Duties> = {}, options: Partial<LeaderOptions> = {}): Leader {
    return createLeader({
      lease,
      clock,
      log,
      leaseMs: 15_000,
      pause: never,
      ...options,
      duties: {
        onGain: (token) => Promise.resolve(void done.push(`gain ${token}`)),
        onLose: () => Promise.resolve(void done.push('lose')),
        chores: [{ name: 'reap', everyMs: 5000, run: () => Promise.resolve(void done.push('reap')) }],
        ...duties,
      },
    });
  }

  async function step(who: Leader, ms = 1000): Promise<void> {
    clock.tick(ms);
    await who.step();
    await who.settled();
  }

  it('does nothing while another holds the lease', async () => {
    const one = leader();
    await step(one);
    expect(one.token()).toBeUndefined();
    expect(done).toEqual([]);
  });

  it('gains once, then does its chores at their periods', async () => {
    lease.grant('a');
    const one = leader();
    for (let n = 0; n < 8; n += 1) await step(one);
    expect(one.token()).toBe('a');
    expect(done).toEqual(['gain a', 'reap', 'reap']);
  });

  it('stops its parts when another took the lease, and starts anew under a new token', async () => {
    lease.grant('a');
    const one = leader();
    await step(one);
    lease.grant(undefined);
    await step(one);
    expect(one.token()).toBeUndefined();
    lease.grant('b');
    await step(one);
    lease.grant('c');
    await step(one);
    expect(done).toEqual(['gain a', 'lose', 'gain b', 'lose', 'gain c']);
  });

  it('goes on through a short failure of Redis, and stops before its lease may end', async () => {
    lease.grant('a');
    const one = leader({ chores: [] });
    await step(one);
    lease.fail();
    for (let n = 0; n < 9; n += 1) await step(one);
    expect(done).toEqual(['gain a']);
    await step(one);
    expect(done).toEqual(['gain a', 'lose']);
    lease.grant('b');
    await step(one);
    expect(one.token()).toBe('b');
  });

  it('stops as well when the lease is not answered at all', async () => {
    lease.grant('a');
    let answering = true;
    const one = leader({ chores: [] }, { pause: () => (answering ? never() : Promise.resolve()) });
    await step(one);
    answering = false;
    lease.hold = () => new Promise(() => undefined);
    await step(one, 9000);
    expect(one.token()).toBe('a');
    await step(one, 1000);
    expect(one.token()).toBeUndefined();
    expect(done).toEqual(['gain a', 'lose']);
  });

  it('tries to gain again after an error, and does no chore before', async () => {
    lease.grant('a');
    let failing = 2;
    const one = leader({
      onGain: () => (failing-- > 0 ? Promise.reject(new Error('store away')) : Promise.resolve()),
    });
    await step(one);
    await step(one);
    expect(done).toEqual([]);
    await step(one);
    await step(one);
    expect(done).toEqual(['reap']);
  });

  it('keeps the lease while gaining takes long, and aborts it on loss before stopping', async () => {
    lease.grant('a');
    const one = leader({
      onGain: (_token, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            done.push('aborted');
            reject(new Error('lost'));
          });
        }),
    });
    for (let n = 0; n < 20; n += 1) {
      clock.tick(1000);
      await one.step();
    }
    expect(one.token()).toBe('a');
    lease.grant(undefined);
    await step(one);
    expect(done).toEqual(['aborted', 'lose']);
  });

  it('goes on after a chore that failed, and never runs one twice at once', async () => {
    lease.grant('a');
    let failing = 1;
    let hanging: (() => void) | undefined;
    const one = leader({
      chores: [
        {
          name: 'reap',
          everyMs: 1000,
          run() {
            done.push('reap');
            return failing-- > 0 ? Promise.reject(new Error('once')) : Promise.resolve();
          },
        },
        {
          name: 'archive',
          everyMs: 1000,
          run() {
            done.push('archive');
            return new Promise((resolve) => (hanging = resolve));
          },
        },
      ],
    });
    await step(one);
    for (let n = 0; n < 3; n += 1) {
      clock.tick(1000);
      await one.step();
      await new Promise(setImmediate);
    }
    expect(done).toEqual(['gain a', 'reap', 'archive', 'reap', 'reap']);
    hanging?.();
    await one.settled();
  });

  it('does not lead again before its parts are stopped, and gives the lease to others meanwhile', async () => {
    lease.grant('a');
    let failing = 2;
    const one = leader({
      onLose: () => (failing-- > 0 ? Promise.reject(new Error('stuck')) : Promise.resolve()),
      chores: [],
    });
    await step(one);
    lease.grant('b');
    await step(one);
    await step(one);
    expect(one.token()).toBeUndefined();
    expect(lease.released).toBe(2);
    await step(one);
    expect(one.token()).toBe('b');
  });

  const untilAborted = (_ms: number, signal: AbortSignal): Promise<void> =>
    signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });

  it('steps often enough to keep a short lease', async () => {
    lease.grant('a');
    const paused: number[] = [];
    const pause: typeof untilAborted = (ms, signal) => {
      paused.push(ms);
      return untilAborted(ms, signal);
    };
    const one = leader({}, { leaseMs: 1000, pause });
    one.start();
    await new Promise(setImmediate);
    await one.stop();
    expect(paused).toEqual([1000 / 3, 250]);
  });

  it('leaves the lease to others while it is not fit to lead, and leads anew when it is again', async () => {
    lease.grant('a');
    let fit = true;
    const one = leader({ chores: [] }, { fit: () => fit });
    await step(one);
    fit = false;
    await step(one);
    expect(one.token()).toBeUndefined();
    expect(lease.released).toBe(1);
    await step(one);
    expect(done).toEqual(['gain a', 'lose']);
    lease.grant('b');
    fit = true;
    await step(one);
    expect(one.token()).toBe('b');
    expect(done).toEqual(['gain a', 'lose', 'gain b']);
  });

  it('steps by itself, and on stop ends its parts and gives the lease up', async () => {
    lease.grant('a');
    const one = leader({}, { pause: untilAborted });
    one.start();
    await new Promise(setImmediate);
    await one.settled();
    await one.stop();
    expect(done).toEqual(['gain a', 'lose']);
    expect(lease.released).toBe(1);
    expect(one.token()).toBeUndefined();
  });
});
