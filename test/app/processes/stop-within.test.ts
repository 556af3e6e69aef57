import { expect, it } from '@jest/globals';
import { stopWithinMs } from '../../../app/processes/stop-within.ts';
import { defaultLimits } from '../../../workers/backup-frame.ts';

it('leaves a worker its own deadline, and time for aborted work to end after it', () => {
  const within = (shutdownDeadline: number) => stopWithinMs({ worker: { shutdownDeadline } });
  const minutes = 10 * 60_000;
  for (const deadline of [1, 10_000, minutes]) {
    expect(within(deadline)).toBeGreaterThan(deadline + defaultLimits.endWithinMs + 2_000);
  }
  expect(within(10_000)).toBe(25_000);
  expect(within(30 * 24 * 60 * minutes)).toBe(2 ** 31 - 1);
});
