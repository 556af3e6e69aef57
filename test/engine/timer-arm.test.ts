import { afterEach, expect, it } from '@jest/globals';
import { Queue as BullQueue } from 'bullmq';
import { systemClock } from '../../engine/clock.ts';
import { timer } from '../../engine/endpoint.ts';
import { openTimerArm } from '../../engine/timer-arm.ts';
import { recordingLog } from '../support/recording-log.ts';
import { testRedis } from '../support/redis.ts';
import { SettableClock } from '../support/settable-clock.ts';

const { prefix, redis } = testRedis();
const every = 300_000;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((closable) => closable.close()));
});

function anArm(name: string) {
  const stopwatch = new SettableClock(0);
  const { log, lines } = recordingLog();
  const onError = (error: Error): void => {
    throw error;
  };
  const options = { connection: redis, prefix, every, clock: systemClock, stopwatch, log, onError };
  const arm = openTimerArm(timer(name, { every: 1 }), options);
  const queue = new BullQueue(name, { connection: redis, prefix });
  opened.push(arm, queue);
  return { arm, queue, stopwatch, lines };
}

it('leaves a timer alone that is there and comes', async () => {
  const { arm, queue, stopwatch, lines } = anArm('healthy');
  await arm.arm();
  stopwatch.tick(every);
  arm.ticked();
  stopwatch.tick(2 * every);
  await arm.check();
  expect(lines).toEqual([]);
  expect(await queue.getJobScheduler('healthy')).toMatchObject({ every });
});

it('arms a timer again that Redis has lost, and says so', async () => {
  const { arm, queue, lines } = anArm('lost');
  await arm.arm();
  await queue.obliterate({ force: true });
  await arm.check();
  expect(lines).toMatchObject([{ level: 'warn', fields: { timer: 'lost', lost: true } }]);
  expect(await queue.getJobScheduler('lost')).toMatchObject({ every });
  expect(await queue.getJobCountByTypes('delayed', 'waiting')).toBe(1);
});

it('warns once when no tick came for two periods', async () => {
  const { arm, stopwatch, lines } = anArm('silent');
  await arm.arm();
  stopwatch.tick(2 * every + 1);
  await arm.check();
  await arm.check();
  expect(lines).toMatchObject([{ fields: { timer: 'silent', lost: false, silentMs: 2 * every + 1 } }]);
});

it('brings the next tick back from the future of a clock that was set back', async () => {
  const { arm, queue, lines } = anArm('ahead');
  const hour = 3_600_000;
  const startDate = Date.now() + hour;
  await queue.upsertJobScheduler('ahead', { every, startDate }, { name: 'ahead', data: {} });
  const nextIn = async () => ((await queue.getJobScheduler('ahead'))?.next ?? 0) - Date.now();
  await arm.arm();
  expect(await nextIn()).toBeGreaterThan(hour / 2);
  await arm.check();
  expect(await nextIn()).toBeLessThanOrEqual(every);
  expect(await queue.getJobCountByTypes('delayed', 'waiting')).toBe(1);
  await arm.check();
  expect(lines).toMatchObject([{ level: 'warn', fields: { timer: 'ahead', lost: false, silentMs: 0 } }]);
});

it('takes a new period when it is armed with one, and keeps one message', async () => {
  const { arm, queue, stopwatch } = anArm('changed');
  await arm.arm();
  const { log } = recordingLog();
  const onError = (): void => undefined;
  const quicker = { connection: redis, prefix, every: 60_000, clock: systemClock, stopwatch, log, onError };
  const again = openTimerArm(timer('changed', { every: 1 }), quicker);
  opened.push(again);
  await again.arm();
  expect(await queue.getJobSchedulersCount()).toBe(1);
  expect(await queue.getJobScheduler('changed')).toMatchObject({ every: 60_000 });
  expect(await queue.getJobCountByTypes('delayed', 'waiting')).toBe(1);
});
