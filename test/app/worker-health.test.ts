import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../../cli/run-cli.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { sampleHeartbeat } from '../support/backups.ts';
import { testRedis } from '../support/redis.ts';

const { redis, url, prefix } = testRedis();
const heartbeats = createRedisHeartbeats({ redis, prefix, ttlMs: 60_000 });

async function healthOf(type: string) {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const env = { REDIS_URL: url, BACKUP_REDIS_PREFIX: prefix };
  const cli = { env, workingDirectory: '.', out: say, err: say };
  return { code: await runCli(['worker-health', type], cli, '1.2.3'), said: said.join('\n') };
}

/** What a container's health check runs; its exit code. */
function containerHealth(...args: readonly string[]): number | null {
  const script = resolve(import.meta.dirname, '../../docker/worker-health.js');
  const env = { ...process.env, REDIS_URL: url, BACKUP_REDIS_PREFIX: prefix };
  return spawnSync(process.execPath, [script, ...args], { env }).status;
}

describe('worker-health', () => {
  it("is 0 for a living worker of this host and type, and for no other host's or type's", async () => {
    await heartbeats.beat(sampleHeartbeat({ type: 'duckdb', host: 'elsewhere', pid: 7 }));
    const silent = await healthOf('duckdb');
    expect(silent.code).not.toBe(0);
    expect(silent.said).toContain('no duckdb worker of this host');
    await heartbeats.beat(sampleHeartbeat({ type: 'duckdb', host: hostname(), pid: 8 }));
    expect(await healthOf('duckdb')).toMatchObject({
      code: 0,
      said: expect.stringContaining(`${hostname()}:8`),
    });
    expect((await healthOf('kms')).code).not.toBe(0);
    expect(['duckdb', 'kms', 'nonsense'].map((kind) => containerHealth(kind))).toEqual([0, 1, 1]);
  });
});
