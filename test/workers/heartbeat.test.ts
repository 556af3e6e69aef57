import { expect, it } from '@jest/globals';
import type { Heartbeats, WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import { createActivity } from '../../workers/activity.ts';
import { startHeartbeat } from '../../workers/heartbeat.ts';
import { recordingLog } from '../support/recording-log.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { until } from '../support/until.ts';

it('beats before the last beat counts no more, however seldom the lock is renewed', async () => {
  const beats: WorkerHeartbeat[] = [];
  const heartbeats: Heartbeats = {
    aliveForMs: 30,
    beat: (one) => Promise.resolve(void beats.push(one)),
    forget: () => Promise.resolve(void beats.splice(0)),
    readHeartbeats: () => Promise.resolve(beats),
  };
  const beating = await startHeartbeat({
    ...{ heartbeats, type: 'duckdb', version: 'test', everyMs: 40_000 },
    ...{ activity: createActivity(), clock: new SettableClock(), log: recordingLog().log },
  });
  await until('it has beaten again', () => beats.length > 2);
  await beating.stop();
  expect(beats).toEqual([]);
});
