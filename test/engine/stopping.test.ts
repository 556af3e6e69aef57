import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { route } from '../../engine/route.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { testRedis } from '../support/redis.ts';
import { queueInspector, routeStarter } from '../support/run-routes.ts';
import { until } from '../support/until.ts';

const connection = testRedis();
const start = routeStarter(connection);
const { jobs } = queueInspector(connection);
const note = z.strictObject({ text: z.string() });
type Note = z.infer<typeof note>;
const once = errorPolicy('once', { attempts: 1 });

let names = 0;
const fresh = (): string => `notes-${++names}`;

describe('stopping', () => {
  it('aborts the signal and gives the work back at no cost of an attempt', async () => {
    const notes = queue<Note>(fresh(), note);
    const attempts: number[] = [];
    function hang(exchange: Exchange<Note>): Promise<never> {
      attempts.push(exchange.attempt);
      return new Promise((_resolve, reject) => {
        exchange.signal.addEventListener('abort', () => {
          reject(new CodedError('backup-interrupted', 'Stopped.'));
        });
      });
    }
    const { runner } = await start([route('hang', once).from(notes).process(hang)]);
    await runner.send(notes, { text: 'a' }, { jobId: 'x' });
    await until('it hangs', () => attempts.length === 1);
    await runner.stop(5_000);
    const given = [...(await jobs(notes.name, 'delayed')), ...(await jobs(notes.name, 'waiting'))];
    expect(given.map((job) => [job.id, job.attemptsMade])).toEqual([['x', 0]]);
  });

  it('does not wait for ever for work that does not end', async () => {
    const notes = queue<Note>(fresh(), note);
    let release = (): void => undefined;
    let begun = false;
    function ignoreSignal(): Promise<void> {
      begun = true;
      return new Promise((resolve) => (release = resolve));
    }
    const { runner, lines } = await start([route('hang', once).from(notes).process(ignoreSignal)]);
    await runner.send(notes, { text: 'a' });
    await until('it hangs', () => begun);
    await runner.stop(50);
    expect(lines.at(-1)?.message).toContain('did not end in time');
    release();
  });
});
