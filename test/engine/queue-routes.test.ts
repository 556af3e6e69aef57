import { describe, expect, it } from '@jest/globals';
import { Queue as BullQueue } from 'bullmq';
import { z } from 'zod';
import { deadLetterQueue } from '../../engine/dead-letter.ts';
import { queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { Later } from '../../engine/later.ts';
import { route } from '../../engine/route.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { testRedis } from '../support/redis.ts';
import { queueInspector, routeStarter } from '../support/run-routes.ts';
import { until } from '../support/until.ts';

const connection = testRedis();
const { prefix, redis } = connection;
const start = routeStarter(connection);
const { awaitJobs } = queueInspector(connection);
const note = z.strictObject({ text: z.string() });
type Note = z.infer<typeof note>;
const once = errorPolicy('once', { attempts: 1 });

const backoff = { kind: 'fixed', delay: 1, jitter: 0 } as const;

let names = 0;
const fresh = (): string => `notes-${++names}`;

describe('a queue', () => {
  it('is consumed by its route, message by message', async () => {
    const notes = queue<Note>(fresh(), note, { correlate: ({ text }) => text });
    const seen: Exchange<Note>[] = [];
    function keep(exchange: Exchange<Note>) {
      seen.push(exchange);
    }
    const { runner } = await start([route('keep', once).from(notes).process(keep)]);
    await runner.send(notes, { text: 'a' });
    await runner.send(notes, { text: 'b' }, { delay: 10 });
    await until('both came', () => seen.length === 2);
    expect(seen.map(({ body, attempt, correlationId }) => [body.text, attempt, correlationId])).toEqual([
      ['a', 1, 'a'],
      ['b', 1, 'b'],
    ]);
  });

  it('tries again as its route says, whatever the producer asked for, and then gives the message to the dead letters', async () => {
    const notes = queue<Note>(fresh(), note);
    const dead = deadLetterQueue(fresh());
    const policy = errorPolicy('thrice', { attempts: 3, backoff, deadLetter: dead });
    const attempts: number[] = [];
    function fail(exchange: Exchange<Note>): never {
      attempts.push(exchange.attempt);
      throw new CodedError('store-unavailable', 'The store is away.');
    }
    const { runner, lines } = await start([route('fail', policy).from(notes).process(fail)]);
    const foreign = new BullQueue(notes.name, { connection: redis, prefix });
    await foreign.add('x', { text: 'a' }, { attempts: 50, jobId: 'foreign' });
    await foreign.close();
    const [letter] = await awaitJobs(dead.name, 'waiting');
    expect(attempts).toEqual([1, 2, 3]);
    expect(letter?.data).toEqual({
      payload: { text: 'a' },
      error: { code: 'store-unavailable', message: 'The store is away.' },
      route: 'fail',
      at: expect.any(String),
    });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(3);
    expect(await runner.pending(notes, 'foreign')).toBe(false);
  });

  it('does not try a permanent error again', async () => {
    const notes = queue<Note>(fresh(), note);
    const dead = deadLetterQueue(fresh());
    const policy = errorPolicy('thrice', { attempts: 3, backoff, deadLetter: dead });
    const { runner } = await start([route('fail', policy).from(notes)]);
    await runner.send(notes, { text: 1 } as never);
    const [letter] = await awaitJobs(dead.name, 'waiting');
    expect(letter?.data).toMatchObject({
      error: { code: 'invalid-message', message: expect.stringContaining(`queue ${notes.name}, field text`) },
    });
    const [failed] = await awaitJobs(notes.name, 'failed');
    expect([failed?.attemptsMade, failed?.failedReason]).toEqual([
      1,
      expect.stringContaining('invalid-message'),
    ]);
  });

  it('delivers again later when a processor says so, at no cost of an attempt', async () => {
    const notes = queue<Note>(fresh(), note);
    const attempts: number[] = [];
    function waitTwice(exchange: Exchange<Note>) {
      attempts.push(exchange.attempt);
      if (attempts.length < 3) throw new Later(Date.now() + 20, 'busy');
    }
    const { runner } = await start([route('wait', once).from(notes).process(waitTwice)]);
    await runner.send(notes, { text: 'a' }, { jobId: 'x' });
    await awaitJobs(notes.name, 'completed');
    expect(attempts).toEqual([1, 1, 1]);
  });

  it('takes messages that wait behind the others after them, and each kind in its order', async () => {
    const notes = queue<Note>(fresh(), note, { behind: ({ text }) => text.startsWith('behind') });
    const seen: string[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    async function keep(exchange: Exchange<Note>) {
      seen.push(exchange.body.text);
      await released;
    }
    const { runner } = await start([route('keep', once).from(notes).process(keep)]);
    await runner.send(notes, { text: 'under way' });
    await until('the first is under way', () => seen.length === 1);
    for (const text of ['behind 1', 'behind 2', 'first', 'second']) await runner.send(notes, { text });
    release();
    await until('all came', () => seen.length === 5);
    expect(seen).toEqual(['under way', 'first', 'second', 'behind 1', 'behind 2']);
  });

  it('sends a message of a known id only once, unless it is told to send it again', async () => {
    const notes = queue<Note>(fresh(), note, { jobId: ({ text }) => text });
    const seen: string[] = [];
    function keep(exchange: Exchange<Note>) {
      seen.push(exchange.body.text);
    }
    const { runner } = await start([route('keep', once).from(notes).process(keep)]);
    await runner.send(notes, { text: 'a' });
    await awaitJobs(notes.name, 'completed');
    await runner.send(notes, { text: 'a' });
    await runner.send(notes, { text: 'b' });
    await until('b came', () => seen.includes('b'));
    expect(seen).toEqual(['a', 'b']);
    await runner.send(notes, { text: 'a' }, { again: true });
    await until('a came again', () => seen.length === 3);
  });

  it('sends what a route sends when the whole route has succeeded', async () => {
    const [first, second] = [queue<Note>(fresh(), note), queue<Note>(fresh(), note)];
    const seen: string[] = [];
    function keep(exchange: Exchange<Note>) {
      seen.push(exchange.body.text);
    }
    const { runner } = await start([
      route('one', once).from(first).to(second),
      route('two', once).from(second).process(keep),
    ]);
    await runner.send(first, { text: 'through' });
    await until('it came through', () => seen.length === 1);
  });
});
