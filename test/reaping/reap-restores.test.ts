import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import type { RestoreOrder } from '../../model/restore-order.ts';
import { createRestoreReaper } from '../../reaping/reap-restores.ts';
import type { OpenRestore } from '../../stores/restores/port.ts';
import { recordingLog } from '../support/recording-log.ts';
import { sampleRecovery, testRestore } from '../support/restore-events.ts';
import { SettableClock } from '../support/settable-clock.ts';

const order = testRestore(0, { requestedAt: '2026-01-01T00:00:00.000Z' });
const queued: OpenRestore = {
  ...{ order, state: 'queued', startTime: null, worker: null, progress: null, alive: false },
};
const running: OpenRestore = {
  ...{ ...queued, state: 'running', startTime: order.requestedAt, worker: 'here:3', alive: true },
};

describe('the reaper of restores', () => {
  let clock: SettableClock;
  let open: readonly OpenRestore[];
  let recorded: readonly RestoreOrder[];
  let worker: boolean;
  let delivered: boolean;
  let done: unknown[];
  beforeEach(() => {
    clock = new SettableClock('2026-01-01T00:00:00.000Z');
    [open, recorded, worker, delivered, done] = [[], [], true, true, []];
  });
  const ends = (event: RecordedEvent): void => {
    if (event.kind === 'restore-failed') done.push([event.error.code, event.startTime]);
  };
  const reaper = () =>
    createRestoreReaper({
      restores: {
        open: () => Promise.resolve(open),
        close: (event) => {
          ends(event);
          return Promise.resolve(true);
        },
      },
      metadata: {
        openRecoveries: () =>
          Promise.resolve(recorded.map((one) => ({ record: sampleRecovery(), order: one }))),
      },
      events: {
        append: (event) => {
          ends(event);
          return Promise.resolve();
        },
      },
      drain: () => Promise.resolve(),
      workers: { alive: () => Promise.resolve(worker) },
      deliveries: {
        alive: () => Promise.resolve(delivered),
        redeliver: () => Promise.resolve(void done.push('redelivered')),
      },
      ...{ clock, log: recordingLog().log, workerGraceMs: 120_000, recordGraceMs: 10_000 },
    });

  it('leaves what is at work or waits for a worker that is there', async () => {
    open = [running, queued];
    clock.tick(3_600_000);
    expect(await reaper().reap()).toBe(0);
    expect(done).toEqual([]);
  });

  it('ends what runs without a sign of life', async () => {
    open = [{ ...running, alive: false }];
    expect(await reaper().reap()).toBe(1);
    expect(done).toEqual([['worker-died', order.requestedAt]]);
  });

  it('delivers a lost message again, and ends what no worker was there for', async () => {
    [open, delivered] = [[queued], false];
    const one = reaper();
    expect(await one.reap()).toBe(0);
    clock.tick(10_000);
    expect(await one.reap()).toBe(0);
    expect(done).toEqual(['redelivered']);
    [worker, delivered] = [false, true];
    clock.tick(120_000);
    expect(await one.reap()).toBe(1);
    expect(done.at(-1)).toEqual(['no-worker', null]);
  });

  it('ends what metadata alone knows, when it has been so for a while', async () => {
    recorded = [order];
    const one = reaper();
    expect(await one.reap()).toBe(0);
    clock.tick(9_999);
    expect(await one.reap()).toBe(0);
    clock.tick(1);
    expect(await one.reap()).toBe(1);
    expect(done).toEqual([['lock-lost', sampleRecovery().startTime]]);
    open = [running];
    clock.tick(60_000);
    expect(await one.reap()).toBe(0);
  });
});
