import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { schedulerSites } from '../support/scheduler.ts';

const site = schedulerSites();

const wrong = [
  {
    changes: { exclusion: { scope: 'everything' } },
    says: ['exclusion.scope', 'everything', 'global', 'type'],
  },
  { changes: { schedule: { tick: '5 minutes' } }, says: ['schedule.tick', '5 minutes', 'ISO-8601'] },
  { changes: { redis: { url: 'http://localhost' } }, says: ['redis.url', 'redis://'] },
  { changes: { store: { colour: 'red' } }, says: ['store.colour'] },
  {
    changes: { schedules: [{ name: 'duckdb-full', every: 'P1M' }] },
    says: ['schedules', 'every', 'P1M', 'ISO-8601'],
  },
  {
    changes: { schedules: [{ name: 'nightly', type: 'duckdb', scope: 'full', cron: '99 * * * *' }] },
    says: ['nightly', '99 * * * *'],
  },
  {
    changes: { sources: { tigerbeetle: { addresses: '127.0.0.1:3000', clusterId: 'abc' } } },
    says: ['sources.tigerbeetle.clusterId', 'abc'],
  },
  {
    changes: { restores: { tigerbeetle: { addresses: '127.0.0.1:3000', clusterId: 'abc' } } },
    says: ['restores.tigerbeetle.clusterId', 'abc'],
  },
];

describe('a start on a configuration that is wrong', () => {
  it.each(wrong)(
    'is refused and names $says',
    async ({ changes, says }) => {
      const { run } = await site();
      const started = await run(['start'], changes);
      const { child } = started;
      if (child.exitCode === null) await once(child, 'exit');
      expect(child.exitCode).toBe(1);
      const said = await started.output();
      for (const part of says) expect(said).toContain(part);
      expect(said).toContain('configuration-invalid');
      expect(said).not.toMatch(/^\s+at /m);
    },
    120_000,
  );
});
