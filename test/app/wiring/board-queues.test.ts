import { expect, it } from '@jest/globals';
import { openBoardQueues } from '../../../app/wiring/board-queues.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { testRedis } from '../../support/redis.ts';

const { url, prefix, redis } = testRedis();
const hour = 3_600_000;

it('tells the newest tick, and one in the future only where none came since the clock was set back', async () => {
  const board = openBoardQueues(url, prefix, recordingLog().log);
  const tick = (at: number) => redis.zadd(`${prefix}:backup-scheduler:completed`, at, String(at));
  const iso = (at: number) => new Date(at).toISOString();
  try {
    expect(await board.ticks.newest()).toBeNull();
    const ahead = Date.now() + hour;
    await tick(ahead);
    expect(await board.ticks.newest()).toBe(iso(ahead));
    const came = Date.now() - 1000;
    await tick(came - 1000);
    await tick(came);
    expect(await board.ticks.newest()).toBe(iso(came));
  } finally {
    await board.close();
  }
});
