import { afterEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { testApis } from '../support/api.ts';
import { testRedis } from '../support/redis.ts';

const { url, prefix } = testRedis();
const serve = testApis();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function queue(): Queue {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const made = new Queue('duckdb-backups', { connection, prefix });
  open.push({
    async close() {
      await made.close();
      await connection.quit();
    },
  });
  return made;
}

describe('the board', () => {
  it('shows the queues to a viewer, and nobody else', async () => {
    const duckdb = queue();
    await duckdb.add('duckdb-full', { some: 'order' });
    const api = await serve({ queues: [duckdb] });
    expect((await fetch(`${api.url}/board/api/queues`)).status).toBe(401);
    const headers = { authorization: `Bearer ${api.keys.viewer}` };
    const listed = await api.get('/board/api/queues?activeQueue=duckdb-backups&page=1', { headers });
    expect(await listed.json()).toMatchObject({ queues: [{ name: 'duckdb-backups', readOnlyMode: true }] });
    const page = await api.get('/board/', { headers });
    expect(await page.text()).toContain('Backup queues');
  });

  it('changes nothing, not even for an admin', async () => {
    const duckdb = queue();
    const job = await duckdb.add('duckdb-full', {});
    const api = await serve({ queues: [duckdb] });
    for (const [method, path] of [
      ['PUT', `/board/api/queues/duckdb-backups/${job.id ?? ''}/clean`],
      ['PUT', '/board/api/queues/duckdb-backups/pause'],
      ['PUT', '/board/api/queues/duckdb-backups/empty'],
      ['POST', '/board/api/queues/duckdb-backups/add'],
    ] as const) {
      const response = await api.get(path, {
        method,
        headers: { authorization: `Bearer ${api.keys.admin}` },
      });
      expect(response.status).toBe(405);
      expect(await response.json()).toMatchObject({
        code: 'method-not-allowed',
        allowed: 'GET, HEAD, OPTIONS',
      });
    }
    expect(await duckdb.isPaused()).toBe(false);
    expect(await duckdb.getWaitingCount()).toBeGreaterThan(0);
  });

  it.each(['?page=x&status=odd', '?jobsPerPage=-1', '/nowhere', '/nowhere/1', '/duckdb-backups/1', '/%ff'])(
    'answers what it does not know with 4xx at most: %s',
    async (rest) => {
      const api = await serve({ queues: [queue()] });
      const response = await api.get(`/board/api/queues${rest}`);
      expect(response.status).toBeLessThan(500);
    },
  );
});
