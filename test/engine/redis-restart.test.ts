import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { queue } from '../../engine/endpoint.ts';
import { errorPolicy } from '../../engine/error-policy.ts';
import type { Exchange } from '../../engine/exchange.ts';
import { route } from '../../engine/route.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { routeStarter } from '../support/run-routes.ts';
import { until } from '../support/until.ts';

const server = await startRedisServer();
const start = routeStarter({ url: server.url, prefix: 'restarted' });

it('goes on after Redis was restarted, with the messages that it kept', async () => {
  const notes = queue('notes', z.strictObject({ text: z.string() }));
  const seen: string[] = [];
  function keep(exchange: Exchange<{ readonly text: string }>) {
    seen.push(exchange.body.text);
  }
  const { runner, lines } = await start([
    route('keep', errorPolicy('once', { attempts: 1 }))
      .from(notes)
      .process(keep),
  ]);
  await runner.send(notes, { text: 'before' });
  await until('the first came', () => seen.length === 1);
  await runner.send(notes, { text: 'delayed' }, { delay: 300 });
  await server.restart();
  await runner.send(notes, { text: 'after' });
  await until('all came', () => seen.length === 3);
  expect(seen.toSorted()).toEqual(['after', 'before', 'delayed']);
  expect(lines.every(({ level }) => level === 'warn')).toBe(true);
  await runner.stop(5_000);
  await server.stop();
});
