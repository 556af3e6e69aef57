import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { direct, queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { route } from '../../engine/route.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { testRedis } from '../support/redis.ts';
import { queueInspector, routeStarter } from '../support/run-routes.ts';

const connection = testRedis();
const { redis } = connection;
const start = routeStarter(connection);
const { jobs } = queueInspector(connection);
const note = z.strictObject({ text: z.string() });
type Note = z.infer<typeof note>;
const once = errorPolicy('once', { attempts: 1 });

let names = 0;
const fresh = (): string => `notes-${++names}`;

describe('a direct endpoint', () => {
  const ask = direct<Note, number>('ask');
  function measure(exchange: Exchange<Note>): number {
    if (exchange.body.text === '') throw new CodedError('invalid-request', 'No text.');
    return exchange.body.text.length;
  }

  it('answers with the last body, and throws the error as it is', async () => {
    const { runner } = await start([route('measure', once).from(ask).process(measure)]);
    expect(await runner.request(ask, { text: 'four' })).toBe(4);
    await expect(runner.request(ask, { text: '' })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(runner.request(direct<Note>('nobody'), { text: '' })).rejects.toMatchObject({
      code: 'route-not-found',
    });
  });

  it('is answered by another route on the way, whose messages leave too', async () => {
    const notes = queue<Note>(fresh(), note);
    const outer = direct<Note, number>('outer');
    const { runner } = await start([
      route('outer', once).from(outer).to(ask),
      route('measure', once).from(ask).to(notes).process(measure),
    ]);
    expect(await runner.request(outer, { text: 'abc' })).toBe(3);
    expect((await jobs(notes.name, 'waiting')).map((job) => job.data as unknown)).toEqual([{ text: 'abc' }]);
  });

  it('handles one request at a time where it must', async () => {
    const turn = direct<Note, string>('turn', { oneAtATime: true });
    const order: string[] = [];
    async function takeTurns(exchange: Exchange<Note>): Promise<string> {
      order.push(`+${exchange.body.text}`);
      await redis.ping();
      order.push(`-${exchange.body.text}`);
      if (exchange.body.text === 'a') throw new CodedError('internal', 'a fails');
      return exchange.body.text;
    }
    const { runner } = await start([route('turn', once).from(turn).process(takeTurns)]);
    const replies = await Promise.allSettled(['a', 'b'].map((text) => runner.request(turn, { text })));
    expect(order).toEqual(['+a', '-a', '+b', '-b']);
    expect(replies.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('must be served when a route leads to it, and by one route only', async () => {
    const lost = route('lost', once).from(direct<Note>('x')).to(ask);
    await expect(start([lost])).rejects.toThrow('route lost leads to ask, which no route serves');
    const twice = route('twice', once).from(ask).process(measure);
    await expect(start([twice, twice])).rejects.toThrow('two routes read from ask');
  });
});
