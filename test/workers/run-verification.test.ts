import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../errors/coded-error.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import { createActivity } from '../../workers/activity.ts';
import { runVerification, type VerificationFrame } from '../../workers/run-verification.ts';
import { aReport, aVerification } from '../support/orders.ts';
import { recordingLog } from '../support/recording-log.ts';
import { SettableClock } from '../support/settable-clock.ts';

const order = aVerification({ level: 3 });
const { signal } = new AbortController();

function frameOf(verify: VerificationFrame['verify'], holder: string = order.verificationId) {
  const appended: RecordedEvent[] = [];
  const clock = new SettableClock();
  const released: string[] = [];
  const frame: VerificationFrame = {
    ...{ verify, clock, log: recordingLog().log, activity: createActivity() },
    leases: {
      take: () => Promise.resolve(holder),
      release: (name) => Promise.resolve(void released.push(name)),
      held: () => Promise.resolve([]),
    },
    ...{ leaseMs: 60_000, busyRetryMs: 5_000, worker: 'here:1' },
    events: { append: (event) => Promise.resolve(void appended.push(event)) },
  };
  return { frame, appended, released, clock };
}

describe('a verification', () => {
  it('that finds damage is recorded with what it found, a hundred findings at most', async () => {
    const findings = Array.from({ length: 150 }, (_, n) => ({ object: `o${n}`, problem: 'is missing' }));
    const { frame, appended, released, clock } = frameOf(() => {
      clock.tick(1234);
      return Promise.resolve(aReport({ level: 2, ok: false, findings }));
    });
    await runVerification(order, { signal, last: false }, frame);
    expect(appended).toMatchObject([
      {
        kind: 'verified',
        order: order.order,
        verification: { level: 3, reached: 2, result: 'damaged', durationMs: 1234, findingCount: 150 },
      },
    ]);
    expect(appended[0]).toHaveProperty('verification.findings.length', 100);
    expect(released).toHaveLength(2);
  });

  it('that cannot be done says nothing of the backup, and is recorded when it is not tried again', async () => {
    const down = new CodedError('store-unavailable', 'the store does not answer');
    const wrong = new CodedError('configuration-invalid', 'the key ring is another one');
    for (const [error, last, recorded] of [
      [down, false, 0],
      [down, true, 1],
      [wrong, false, 1],
    ] as const) {
      const { frame, appended } = frameOf(() => Promise.reject(error));
      await expect(runVerification(order, { signal, last }, frame)).rejects.toBe(error);
      expect(appended).toHaveLength(recorded);
      expect(appended).toMatchObject(
        appended.map(() => ({ verification: { result: 'failed', error: { code: error.code } } })),
      );
    }
  });

  it('waits while another runs, and records nothing when its worker stops', async () => {
    const { frame, appended } = frameOf(() => Promise.resolve(aReport()), 'another');
    await expect(runVerification(order, { signal, last: true }, frame)).rejects.toMatchObject({
      name: 'Later',
      message: 'verification another runs',
    });
    const stopped = AbortSignal.abort(new Error('the process stops'));
    const stopping = frameOf(() => Promise.reject(new Error('aborted')));
    await expect(runVerification(order, { signal: stopped, last: true }, stopping.frame)).rejects.toThrow(
      'the process stops',
    );
    expect([...appended, ...stopping.appended]).toEqual([]);
  });
});
