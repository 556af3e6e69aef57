import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../../cli/run-cli.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { sampleHeartbeat } from '../support/backups.ts';
import { testRedis } from '../support/redis.ts';

const { redis, url, prefix } = testRedis();
const heartbeats = createRedisHeartbeats({ redis, prefix, ttlMs: 60_000 });

async function healthOf(type: string, redis = url) {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const env = { REDIS_URL: redis, BACKUP_REDIS_PREFIX: prefix };
  const cli = { env, workingDirectory: '.', out: say, err: say };
  return { code: await runCli(['worker-health', type], cli, '1.2.3'), said: said.join('\n') };
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
    expect((await healthOf('nonsense')).code).not.toBe(0);
  });

  it('says at once that Redis does not answer', async () => {
    const { code, said } = await healthOf('duckdb', 'redis://127.0.0.1:1');
    expect(code).not.toBe(0);
    expect(said).toContain('Redis does not answer');
  });
});
