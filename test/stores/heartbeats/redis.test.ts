import { describe, expect, it } from '@jest/globals';
import type { WorkerHeartbeat } from '../../../stores/heartbeats/port.ts';
import { createRedisHeartbeats } from '../../../stores/heartbeats/redis.ts';
import { testRedis } from '../../support/redis.ts';

const { redis, prefix: filePrefix } = testRedis();
let made = 0;

function onRedis() {
  const prefix = `${filePrefix}-${(made += 1)}`;
  return { prefix, heartbeats: createRedisHeartbeats({ redis, prefix }) };
}

function aHeartbeat(changes: Partial<WorkerHeartbeat> = {}): WorkerHeartbeat {
  return {
    type: 'duckdb',
    host: 'host',
    pid: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    version: '1.0.0',
    busyWith: null,
    ...changes,
  };
}

describe('heartbeats on Redis', () => {
  it('tell which workers are alive and what they are busy with', async () => {
    const { heartbeats } = onRedis();
    const busyWith = { backupId: 'X', attempt: 2, since: '2026-01-01T00:00:00.000Z', bytes: 5_000_000_000 };
    expect(await heartbeats.readHeartbeats()).toEqual([]);
    await heartbeats.beat(aHeartbeat({ type: 'parquet', pid: 2 }));
    await heartbeats.beat(aHeartbeat());
    await heartbeats.beat(aHeartbeat({ busyWith }));
    expect(await heartbeats.readHeartbeats()).toEqual([
      aHeartbeat({ busyWith }),
      aHeartbeat({ type: 'parquet', pid: 2 }),
    ]);
  });

  it('end with their worker, said or unsaid, and leave nothing behind', async () => {
    const { heartbeats, prefix } = onRedis();
    await heartbeats.beat(aHeartbeat());
    await heartbeats.beat(aHeartbeat({ pid: 2 }));
    await heartbeats.forget(aHeartbeat());
    await redis.pexpire(`${prefix}:worker:duckdb:host:2`, 0);
    expect(await heartbeats.readHeartbeats()).toEqual([]);
    expect(await redis.keys(`${prefix}*`)).toEqual([]);
  });

  it('run out by themselves after a quarter of a minute', async () => {
    const { heartbeats, prefix } = onRedis();
    await heartbeats.beat(aHeartbeat());
    const left = await redis.pttl(`${prefix}:worker:duckdb:host:1`);
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(15_000);
  });
});
