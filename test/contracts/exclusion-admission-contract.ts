import { beforeEach, describe, expect, it } from '@jest/globals';
import { aFailure, anOrder, aScheduledOrder } from '../support/orders.ts';
import {
  begin,
  eventKinds,
  type ExclusionUnderTest,
  type MakeExclusion,
  start,
} from './exclusion-under-test.ts';

/** Who is let in, who waits and who is refused. */
export function describeAdmissionContract(name: string, make: MakeExclusion): void {
  let subject: ExclusionUnderTest;

  describe.each(['global', 'type'] as const)(`admission ${name}, lock scope %s`, (lockScope) => {
    beforeEach(async () => {
      subject = await make(lockScope);
    });

    it('lets one of fifty simultaneous orders of a type in, and says by which the others are refused', async () => {
      const orders = Array.from({ length: 50 }, () => anOrder('duckdb-full'));
      const results = await Promise.all(orders.map((order) => subject.exclusion.admit(order, {})));
      const winner = orders[results.findIndex(({ outcome }) => outcome === 'dispatched')];
      const refusals = results.filter(({ outcome }) => outcome === 'refused');
      expect(refusals).toHaveLength(49);
      expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toEqual(
        new Set([JSON.stringify({ outcome: 'refused', by: winner?.backupId, state: 'dispatched' })]),
      );
      expect(await eventKinds(subject.events)).toEqual(['duckdb.1.requested']);
    });

    it('answers the same when the same attempt is admitted again, and writes one event', async () => {
      const order = anOrder('duckdb-full');
      expect(await subject.exclusion.admit(order, { idempotencyKey: 'k' })).toEqual({
        outcome: 'dispatched',
      });
      expect(await subject.exclusion.admit(order, { idempotencyKey: 'k' })).toEqual({
        outcome: 'dispatched',
      });
      expect(await eventKinds(subject.events)).toEqual(['duckdb.1.requested']);
    });

    it('answers a repeated idempotency key with the first backup, also after its end', async () => {
      const order = anOrder('duckdb-full');
      await subject.exclusion.admit(order, { idempotencyKey: 'k' });
      const repeated = { outcome: 'repeated', backupId: order.backupId };
      expect(await subject.exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'k' })).toEqual(
        repeated,
      );
      expect(await subject.exclusion.admit(anOrder('kms-keys'), { idempotencyKey: 'k' })).toEqual(repeated);
      const holding = await begin(subject.exclusion, order);
      await subject.exclusion.finish(holding, aFailure(order));
      expect(await subject.exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'k' })).toEqual(
        repeated,
      );
      expect(await subject.exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'other' })).toEqual({
        outcome: 'dispatched',
      });
    });

    it('does not remember the idempotency key of a refusal', async () => {
      await subject.exclusion.admit(anOrder('duckdb-full'), {});
      const refused = await subject.exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'k' });
      expect(refused.outcome).toBe('refused');
      expect((await subject.exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'k' })).outcome).toBe(
        'refused',
      );
    });

    it('admits under the lease that is held, and under no other', async () => {
      await subject.setLease('mine');
      const order = aScheduledOrder('duckdb-full');
      expect(await subject.exclusion.admit(order, { leaseToken: 'older' })).toEqual({
        outcome: 'not-leader',
      });
      expect(await subject.exclusion.admit(order, { leaseToken: 'mine' })).toEqual({ outcome: 'dispatched' });
      await subject.setLease(undefined);
      expect(await subject.exclusion.admit(aScheduledOrder('kms-keys'), { leaseToken: 'mine' })).toEqual({
        outcome: 'not-leader',
      });
    });
  });

  describe(`admission ${name}, global`, () => {
    beforeEach(async () => {
      subject = await make('global');
    });

    it('lets an order on demand wait behind what runs, and promotes it once when that has ended', async () => {
      const first = anOrder('duckdb-full');
      const second = anOrder('parquet-replication');
      const holding = await start(subject.exclusion, first);
      const waiting = { outcome: 'waiting', behind: first.backupId };
      expect(await subject.exclusion.admit(second, {})).toEqual(waiting);
      expect(await subject.exclusion.admit(second, {})).toEqual(waiting);
      expect(await subject.exclusion.promote(second.backupId)).toBe(false);
      expect(await subject.exclusion.begin(second, 'host:2')).toEqual({ outcome: 'superseded' });
      await subject.exclusion.finish(holding, aFailure(first));
      const promoted = await Promise.all(
        Array.from({ length: 10 }, () => subject.exclusion.promote(second.backupId)),
      );
      expect(promoted.filter(Boolean)).toHaveLength(1);
      expect((await begin(subject.exclusion, second)).fencingToken).toBeGreaterThan(holding.fencingToken);
    });

    it('refuses a second order of a type whose first one waits', async () => {
      await start(subject.exclusion, anOrder('duckdb-full'));
      const waiting = anOrder('parquet-replication');
      await subject.exclusion.admit(waiting, {});
      expect(await subject.exclusion.admit(anOrder('parquet-replication'), {})).toEqual({
        outcome: 'refused',
        by: waiting.backupId,
        state: 'waiting',
      });
    });

    it('keeps scheduled orders back while anything runs or waits', async () => {
      const first = anOrder('duckdb-full');
      const holding = await start(subject.exclusion, first);
      const scheduled = aScheduledOrder('kms-keys');
      expect(await subject.exclusion.admit(scheduled, {})).toEqual({ outcome: 'busy', by: first.backupId });
      const waiting = anOrder('parquet-replication');
      await subject.exclusion.admit(waiting, {});
      await subject.exclusion.finish(holding, aFailure(first));
      expect(await subject.exclusion.admit(scheduled, {})).toEqual({ outcome: 'busy', by: waiting.backupId });
    });

    it('promotes one of several that wait at a time', async () => {
      const first = anOrder('duckdb-full');
      const holding = await start(subject.exclusion, first);
      const waiting = [anOrder('parquet-replication'), anOrder('kms-keys'), anOrder('tigerbeetle-snapshot')];
      for (const order of waiting) await subject.exclusion.admit(order, {});
      await subject.exclusion.finish(holding, aFailure(first));
      const promoted = await Promise.all(waiting.map(({ backupId }) => subject.exclusion.promote(backupId)));
      expect(promoted.filter(Boolean)).toHaveLength(1);
    });

    it('promotes nothing that it does not know', async () => {
      expect(await subject.exclusion.promote(anOrder('kms-keys').backupId)).toBe(false);
    });
  });

  describe(`admission ${name}, by type`, () => {
    beforeEach(async () => {
      subject = await make('type');
    });

    it('runs one backup of each type at a time', async () => {
      const orders = [
        anOrder('duckdb-full'),
        aScheduledOrder('parquet-replication'),
        aScheduledOrder('tigerbeetle-logs'),
        anOrder('kms-keys'),
      ];
      const holdings = await Promise.all(orders.map((order) => start(subject.exclusion, order)));
      expect(new Set(holdings.map(({ fencingToken }) => fencingToken)).size).toBe(4);
      expect((await subject.exclusion.admissions()).filter(({ held }) => held)).toHaveLength(4);
      const refused = await subject.exclusion.admit(aScheduledOrder('tigerbeetle-snapshot'), {});
      expect(refused).toEqual({ outcome: 'refused', by: orders[2]?.backupId, state: 'running' });
    });
  });
}
