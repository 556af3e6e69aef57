import { describe, expect, it } from '@jest/globals';
import type { HealthFacts } from '../../api/deps.ts';
import { healthOf, ledgerLagLimitMs, metadataLagLimitMs } from '../../api/health/readiness.ts';
import { testApis } from '../support/api.ts';
import { sampleHeartbeat } from '../support/backups.ts';

const serve = testApis();
const now = Date.parse('2026-01-01T00:10:00.000Z');
const at = new Date(now).toISOString();
const well: HealthFacts = {
  redis: { ok: true, detail: null },
  metadata: { ok: true, lagMs: 0, detail: null },
  ledger: { upToDateAt: now, error: null },
  leader: { holder: 'here:1', self: true },
  damaged: [],
  lastTick: at,
  tickEveryMs: 300_000,
  workers: ['duckdb'],
};
const workers = [sampleHeartbeat()];

describe('health', () => {
  it('is ok when everything is', () => {
    expect(healthOf(well, { workers, now })).toMatchObject({ status: 'ok' });
  });

  it.each<[string, Partial<HealthFacts>, string, string]>([
    ['failed without Redis', { redis: { ok: false, detail: null } }, 'redis', 'failed'],
    [
      'failed with metadata too old',
      { metadata: { ok: true, lagMs: metadataLagLimitMs + 1, detail: null } },
      'metadata',
      'failed',
    ],
    [
      'failed without metadata',
      { metadata: { ok: false, lagMs: null, detail: 'held' } },
      'metadata',
      'failed',
    ],
    [
      'degraded when the ledger fails',
      { ledger: { upToDateAt: now, error: 'ledger-unavailable: no answer' } },
      'ledger',
      'degraded',
    ],
    [
      'degraded when the ledger is behind',
      { ledger: { upToDateAt: now - ledgerLagLimitMs - 1, error: null } },
      'ledger',
      'degraded',
    ],
    [
      'degraded before the ledger has anything',
      { ledger: { upToDateAt: null, error: null } },
      'ledger',
      'degraded',
    ],
    ['ok where another writes the ledger', { ledger: null }, 'ledger', 'ok'],
    ['degraded without a leader', { leader: { holder: null, self: false } }, 'leader', 'degraded'],
    [
      'degraded while the newest backup of a type is damaged',
      { damaged: [{ type: 'duckdb', newest: 'B', damaged: 'A', damage: 'x is missing' }] },
      'backups',
      'degraded',
    ],
    ['degraded before the first tick', { lastTick: null }, 'last-tick', 'degraded'],
    [
      'degraded when two ticks are missing',
      { lastTick: '2025-12-31T23:59:59.999Z' },
      'last-tick',
      'degraded',
    ],
    [
      'degraded when no tick came since the clock was set back',
      { lastTick: '2026-01-01T00:15:00.001Z' },
      'last-tick',
      'degraded',
    ],
    ['degraded without a worker of a type', { workers: ['parquet'] }, 'workers-parquet', 'degraded'],
  ])('is %s', (_what, over, name, state) => {
    const health = healthOf({ ...well, ...over }, { workers, now });
    expect(health.status).toBe(state);
    expect(health.checks.find((check) => check.name === name)).toMatchObject({ state });
  });

  it('is told without a key: 200 while it can serve, 503 when not', async () => {
    const api = await serve();
    for (const path of ['/api/health', '/api/health/ready', '/api/health/live']) {
      expect((await fetch(api.url + path)).status).toBe(200);
    }
    const sick = await serve({
      health: { facts: () => Promise.resolve({ ...well, redis: { ok: false, detail: null } }) },
    });
    expect((await fetch(`${sick.url}/api/health`)).status).toBe(503);
    expect((await fetch(`${sick.url}/api/health/live`)).status).toBe(200);
  });

  it('is told in time when nothing answers', async () => {
    const api = await serve({ health: { facts: () => Promise.race([]) } });
    const response = await fetch(`${api.url}/api/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'failed' });
  });
});
