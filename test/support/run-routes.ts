import { afterEach } from '@jest/globals';
import { Queue as BullQueue, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { systemClock } from '../../engine/clock.ts';
import type { AnyRoute } from '../../engine/route.ts';
import { type Runner, startRoutes } from '../../engine/start-routes.ts';
import { type LogLine, recordingLog } from './recording-log.ts';
import { until } from './until.ts';

/** Starts routes that need nothing, and stops them after each test. */
export function routeStarter({ url, prefix }: { readonly url: string; readonly prefix: string }) {
  const running: Runner[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((runner) => runner.stop(5_000)));
  });
  return async (
    routes: readonly AnyRoute[],
    timers: Readonly<Record<string, number>> = {},
  ): Promise<{ readonly runner: Runner; readonly lines: readonly LogLine[] }> => {
    const { log, lines } = recordingLog();
    const options = { url, prefix, clock: systemClock, log, timers };
    const runner = await startRoutes(routes, undefined as never, options);
    running.push(runner);
    return { runner, lines };
  };
}

/** Looks into queues: waits until one holds at least one job in a state, and returns those. */
export function queueInspector({ redis, prefix }: { readonly redis: Redis; readonly prefix: string }) {
  async function jobs(name: string, state: 'failed' | 'completed' | 'waiting' | 'delayed'): Promise<Job[]> {
    const queue = new BullQueue(name, { connection: redis, prefix });
    const found = await queue.getJobs([state]);
    await queue.close();
    return found;
  }
  return {
    jobs,
    awaitJobs: (name: string, state: Parameters<typeof jobs>[1]) =>
      until(`${name} has a ${state} job`, async () => {
        const found = await jobs(name, state);
        return found.length > 0 && found;
      }),
  };
}
