import { beforeEach, describe, expect, it } from '@jest/globals';
import { CodedError } from '../../errors/coded-error.ts';
import type { RestoreEvent } from '../../model/restore-event.ts';
import { createActivity } from '../../workers/activity.ts';
import { executeRestore, type RestoreFrame } from '../../workers/execute-restore.ts';
import { recordingLog } from '../support/recording-log.ts';
import { testRestore } from '../support/restore-events.ts';
import { SettableClock } from '../support/settable-clock.ts';

const order = testRestore(1);
const made = { counts: { tables: 1 }, notes: ['one'], plainBytes: 9, sealedBytes: 8, objects: 1 };
const never = new AbortController().signal;

/** Work that ends when its signal aborts, and with its reason. */
const untilAborted: RestoreFrame['restore'] = (_order, { signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

describe('executing a restore', () => {
  let ended: RestoreEvent[];
  let failures: number;
  beforeEach(() => {
    [ended, failures] = [[], 0];
  });
  const run = (changes: Partial<RestoreFrame>, shutdown = never, restores: object = {}) =>
    executeRestore(order, shutdown, {
      restore: () => Promise.resolve(made),
      restores: {
        admit: () => Promise.resolve(),
        begin: () => Promise.resolve(order.requestedAt),
        renew: () => Promise.resolve(true),
        finish(event) {
          if (failures-- > 0) return Promise.reject(new Error('Redis is away'));
          ended.push(event);
          return Promise.resolve();
        },
        close: () => Promise.resolve(false),
        open: () => Promise.resolve([]),
        ...restores,
      },
      ...{ renewEveryMs: 5, endWithinMs: 1000, activity: createActivity(), worker: 'here:1' },
      onHung: () => undefined,
      pause: () => Promise.resolve(),
      ...{ clock: new SettableClock(), log: recordingLog().log },
      ...changes,
    });

  it('records what came of it, also when Redis is away for a while', async () => {
    failures = 3;
    expect(await run({})).toBe('completed');
    expect(ended).toMatchObject([{ kind: 'restore-completed', restore: order, worker: 'here:1', ...made }]);
  });

  it('records why it failed, and fails its message', async () => {
    const damaged = new CodedError('object-damaged', 'it is damaged');
    await expect(run({ restore: () => Promise.reject(damaged) })).rejects.toBe(damaged);
    expect(ended).toMatchObject([{ kind: 'restore-failed', error: { code: 'object-damaged' } }]);
  });

  it('drops the message of one that has begun before', async () => {
    const restore = () => Promise.reject(new Error('it was begun twice'));
    const begun = { begin: () => Promise.resolve(undefined) };
    expect(await run({ restore }, never, begun)).toBe('superseded');
    expect(ended).toEqual([]);
  });

  it('stops with the worker, and when it was given up', async () => {
    const stop = new AbortController();
    const stopping = run({ restore: untilAborted }, stop.signal);
    stop.abort();
    await expect(stopping).rejects.toMatchObject({ code: 'restore-interrupted' });
    const lost = { renew: () => Promise.resolve(false) };
    await expect(run({ restore: untilAborted }, never, lost)).rejects.toMatchObject({ code: 'lock-lost' });
    expect(ended.map(({ kind }) => kind)).toEqual(['restore-failed', 'restore-failed']);
  });
});
