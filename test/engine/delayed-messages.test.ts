import { afterEach, expect, it } from '@jest/globals';
import { Queue as BullQueue } from 'bullmq';
import { z } from 'zod';
import { openDelayedMessages } from '../../engine/delayed-messages.ts';
import { queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { Later } from '../../engine/later.ts';
import { route } from '../../engine/route.ts';
import { recordingLog } from '../support/recording-log.ts';
import { testRedis } from '../support/redis.ts';
import { queueInspector, routeStarter } from '../support/run-routes.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { until } from '../support/until.ts';

const connection = testRedis();
const { prefix, redis } = connection;
const start = routeStarter(connection);
const { awaitJobs } = queueInspector(connection);
const hour = 3_600_000;
const note = z.strictObject({ text: z.string() });
type Note = z.infer<typeof note>;
const once = errorPolicy('once', { attempts: 1 });

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((closable) => closable.close()));
});

/** The delayed messages of a queue, looked after by a clock that was set back by so much. */
function lookedAfter(name: string, setBackMs: number) {
  const { log, lines } = recordingLog();
  const onError = (error: Error): void => {
    throw error;
  };
  const clock = new SettableClock(Date.now() - setBackMs);
  const messages = openDelayedMessages(name, { connection: redis, prefix, clock, log, onError });
  const bull = new BullQueue(name, { connection: redis, prefix });
  opened.push(messages, bull);
  return { messages, bull, lines };
}

it('delivers at the start what was delayed before the clock was set back', async () => {
  const notes = queue<Note>('from-the-future', note);
  const { bull } = lookedAfter(notes.name, 0);
  await bull.add(notes.name, { text: 'a' }, { timestamp: Date.now() + hour, delay: 5_000 });
  const seen: string[] = [];
  function keep({ body }: Exchange<Note>) {
    seen.push(body.text);
  }
  await start([route('keep', once).from(notes).process(keep)]);
  await until('it came', () => seen.length === 1);
});

it('finds a message that a busy lock has delayed, and says so', async () => {
  const notes = queue<Note>('busy', note);
  const attempts: number[] = [];
  function waitOnce({ attempt }: Exchange<Note>) {
    attempts.push(attempt);
    if (attempts.length === 1) throw new Later(Date.now() + hour, 'busy');
  }
  const { runner } = await start([route('wait', once).from(notes).process(waitOnce)]);
  await runner.send(notes, { text: 'a' }, { jobId: 'a' });
  await awaitJobs(notes.name, 'delayed');
  const { messages, lines } = lookedAfter(notes.name, hour);
  await messages.check();
  await until('it came again', () => attempts.length === 2);
  expect(attempts).toEqual([1, 1]);
  expect(lines).toMatchObject([{ level: 'warn', fields: { queue: 'busy', jobId: 'a' } }]);
});

it('leaves alone what is delayed on purpose, and what a clock that is a little ahead has delayed', async () => {
  const { messages, bull, lines } = lookedAfter('on-purpose', 30_000);
  await bull.add('x', { text: 'a' }, { delay: hour });
  await messages.check();
  expect(lines).toEqual([]);
  expect(await bull.getJobCountByTypes('delayed')).toBe(1);
});
