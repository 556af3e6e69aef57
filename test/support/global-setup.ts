import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeOnceVariable } from './made-once.ts';
import { startRedisServer } from './redis-server.ts';

/** One Redis for all test files; each works under a prefix of its own (test/support/redis.ts). */
export default async function globalSetup(): Promise<void> {
  const server = await startRedisServer();
  process.env['TEST_REDIS_URL'] = server.url;
  (globalThis as { stopTestRedis?: () => Promise<void> }).stopTestRedis = () => server.stop();
  process.env[madeOnceVariable] = await mkdtemp(join(tmpdir(), 'made-once-'));
}
