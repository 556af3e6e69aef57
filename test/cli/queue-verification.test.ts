import { expect, it } from '@jest/globals';
import { queueVerification } from '../../cli/queue-verification.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { VerificationRecord } from '../../stores/metadata/port.ts';
import { healthyFacts, testApis } from '../support/api.ts';
import { sampleRecord } from '../support/backups.ts';
import { anOrder, aVerification } from '../support/orders.ts';

const serve = testApis();
const order = aVerification({ level: 2, order: anOrder('duckdb-full') });
const { backupId } = order.order;

const passed: VerificationRecord = {
  ...{ id: order.verificationId, backupId, backupType: 'duckdb', level: 2, reached: 2, result: 'passed' },
  ...{ findings: [], findingCount: 0, notes: [], errorCode: null, errorMessage: null },
  ...{ startTime: '2026-01-01T00:00:00.000Z', endTime: '2026-01-01T00:00:01.000Z', durationMs: 1000 },
  ...{ bytes: 1000, objects: 3, manifests: 1, schedule: null, requestedBy: 'ops' },
  ...{ requestedAt: '2026-01-01T00:00:00.000Z', reason: 'asked for', worker: 'here:3' },
};

/** Waits for the verification, of which each look finds the next of these, and then the last for ever. */
async function waitFor(looks: readonly ('open' | 'gone' | 'behind' | 'no Redis' | 'ended')[]) {
  const coming = [...looks];
  let look: (typeof looks)[number] | undefined;
  const api = await serve({
    routes: { verifyBackup: () => Promise.resolve(order) },
    metadata: { get: () => Promise.resolve(sampleRecord()), events: () => Promise.resolve([]) },
    verifications: {
      verifications() {
        look = coming.shift() ?? look;
        return Promise.resolve(look === 'ended' ? [passed] : []);
      },
    },
    openVerifications: {
      has: () =>
        look === 'no Redis'
          ? Promise.reject(new CodedError('redis-unavailable', 'Redis does not answer'))
          : Promise.resolve(look === 'open'),
    },
    health: { facts: () => Promise.resolve(healthyFacts(Date.now(), look === 'behind' ? 60_000 : 0)) },
  });
  const said: string[] = [];
  const cli = {
    env: { BACKUP_SCHEDULER_URL: api.url, BACKUP_SCHEDULER_KEY: api.keys.admin },
    workingDirectory: '/',
    out: (text: string) => void said.push(text),
    err: () => undefined,
  };
  await queueVerification(backupId, { level: 2, lookEveryMs: 0 }, cli);
  return said;
}

it('ends when Redis has lost the verification, and says so', async () => {
  await expect(waitFor(['open', 'open', 'gone'])).rejects.toMatchObject({
    code: 'verification-failed',
    message: expect.stringMatching(/was lost before it ended.*ask for it again/),
    facts: { verificationId: order.verificationId, backupId },
  });
});

it('waits for the record of one that has left the queue, also while recording is behind', async () => {
  const behind = Array<'behind'>(100).fill('behind');
  expect(await waitFor(['open', ...behind, 'gone', 'gone', 'ended'])).toEqual([
    expect.stringContaining('is whole at level 2'),
  ]);
});

it('bears a Redis that is away for a while, and ends with what is wrong when it stays away', async () => {
  expect(await waitFor(['open', 'no Redis', 'no Redis', 'open', 'ended'])).toHaveLength(1);
  await expect(waitFor(['open', 'no Redis'])).rejects.toMatchObject({ code: 'redis-unavailable' });
});
