import { beforeEach, describe, expect, it } from '@jest/globals';
import { aFailure, anOrder, aScheduledOrder } from '../support/orders.ts';
import {
  allEvents,
  begin,
  eventKinds,
  type ExclusionUnderTest,
  type MakeExclusion,
  start,
} from './exclusion-under-test.ts';

/** From the beginning of an attempt to its end, whatever the scope of the lock. */
export function describeLockContract(name: string, make: MakeExclusion): void {
  describe.each(['global', 'type'] as const)(`the lock ${name}, scope %s`, (lockScope) => {
    let subject: ExclusionUnderTest;
    beforeEach(async () => {
      subject = await make(lockScope);
    });

    it('lets one of fifty simultaneous workers begin the same message', async () => {
      const order = anOrder('duckdb-full');
      await subject.exclusion.admit(order, {});
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, n) => subject.exclusion.begin(order, `host:${n}`)),
      );
      expect(results.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
      expect(results.filter(({ outcome }) => outcome === 'superseded')).toHaveLength(49);
      expect(await eventKinds(subject.events)).toEqual(['duckdb.1.requested', 'duckdb.1.started']);
    });

    it('takes a backup from admission to its end, with one event for each step', async () => {
      const order = aScheduledOrder('duckdb-full');
      const holding = await start(subject.exclusion, order);
      expect(await subject.exclusion.renew(holding, 1000)).toBe(true);
      expect(await subject.exclusion.admissions()).toEqual([
        expect.objectContaining({
          order,
          state: 'running',
          held: true,
          worker: 'host:1',
          fencingToken: holding.fencingToken,
          progress: { bytes: 1000, at: expect.any(Number) },
        }),
      ]);
      expect(await subject.exclusion.owns(holding)).toBe(true);
      expect(await subject.exclusion.finish(holding, aFailure(order))).toBe(true);
      expect(await subject.exclusion.admissions()).toEqual([]);
      expect(await subject.exclusion.owns(holding)).toBe(false);
      expect(await eventKinds(subject.events)).toEqual([
        'duckdb.1.requested',
        'duckdb.1.started',
        'duckdb.1.failed',
      ]);
    });

    it('writes the whole order, the token and the start into the started event', async () => {
      const order = aScheduledOrder('duckdb-full', {
        requestedBy: 'the "night" \\ shift é',
        timeoutMs: 3_600_000,
      });
      const holding = await start(subject.exclusion, order);

      const [admission] = await subject.exclusion.admissions();
      const startTime = admission?.startTime;
      expect((await allEvents(subject.events))[1]).toEqual({
        kind: 'started',
        at: startTime,
        order,
        startTime,
        fencingToken: holding.fencingToken,
        worker: 'host:1',
      });
    });

    it('notes when the last byte came, not when the lock was last renewed', async () => {
      const holding = await start(subject.exclusion, anOrder('duckdb-full'));
      await subject.exclusion.renew(holding, 5_000_000_000_000_001);
      const [first] = await subject.exclusion.admissions();
      await subject.exclusion.renew(holding, 5_000_000_000_000_001);
      const [second] = await subject.exclusion.admissions();
      expect(first?.progress?.bytes).toBe(5_000_000_000_000_001);
      expect(second?.progress).toEqual(first?.progress);
    });

    it('drops a message of another attempt, of a backup that has ended, and one that has begun before', async () => {
      const order = anOrder('duckdb-full', { attempt: 2 });
      const superseded = { outcome: 'superseded' };
      expect(await subject.exclusion.begin(order, 'host:2')).toEqual(superseded);
      await subject.exclusion.admit(order, {});
      expect(await subject.exclusion.begin({ ...order, attempt: 1 }, 'host:2')).toEqual(superseded);
      const holding = await begin(subject.exclusion, order);
      expect(await subject.exclusion.begin(order, 'host:2')).toEqual(superseded);
      await subject.exclusion.finish(holding, aFailure(order));
      expect(await subject.exclusion.begin(order, 'host:2')).toEqual(superseded);
    });

    it('gives nothing to an owner whose lock ran out', async () => {
      const order = anOrder('duckdb-full');
      const holding = await start(subject.exclusion, order);
      await subject.expireLock('duckdb');
      expect(await subject.exclusion.admissions()).toEqual([
        expect.objectContaining({ state: 'running', held: false }),
      ]);
      expect(await subject.exclusion.renew(holding, 1)).toBe(false);
      expect(await subject.exclusion.owns(holding)).toBe(false);
      expect(await subject.exclusion.finish(holding, aFailure(order))).toBe(false);
      expect(await eventKinds(subject.events)).toEqual(['duckdb.1.requested', 'duckdb.1.started']);
    });

    it('closes a backup whose lock is not held, once, and never one that is alive', async () => {
      const order = anOrder('duckdb-full');
      const holding = await start(subject.exclusion, order);
      expect(await subject.exclusion.close(order, aFailure(order))).toBe(false);
      await subject.expireLock('duckdb');
      const results = await Promise.all(
        Array.from({ length: 10 }, () => subject.exclusion.close(order, aFailure(order))),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await eventKinds(subject.events)).toEqual([
        'duckdb.1.requested',
        'duckdb.1.started',
        'duckdb.1.failed',
      ]);
      const again = await start(subject.exclusion, { ...order, attempt: 2 });
      expect(again.fencingToken).toBeGreaterThan(holding.fencingToken);
      expect(await subject.exclusion.owns(holding)).toBe(false);
      expect(await subject.exclusion.renew(holding, 1)).toBe(false);
      expect(await subject.exclusion.finish(holding, aFailure(order))).toBe(false);
      expect(await subject.exclusion.owns(again)).toBe(true);
    });

    it('gives tokens above any that it was told of', async () => {
      const order = anOrder('duckdb-full');
      const first = await start(subject.exclusion, order);
      await subject.exclusion.finish(first, aFailure(order));
      await subject.exclusion.raiseFencingToken(first.fencingToken + 1_000_000_000_000);
      await subject.exclusion.raiseFencingToken(7);
      const second = await start(subject.exclusion, { ...order, attempt: 2 });
      expect(second.fencingToken).toBeGreaterThan(first.fencingToken + 1_000_000_000_000);
      expect(Number.isSafeInteger(second.fencingToken)).toBe(true);
    });

    it('refuses to end a backup by the event of another', async () => {
      const order = anOrder('duckdb-full');
      const holding = await start(subject.exclusion, order);
      const foreign = aFailure(anOrder('duckdb-full'));
      await expect(subject.exclusion.finish(holding, foreign)).rejects.toMatchObject({ code: 'internal' });
      await expect(subject.exclusion.close(order, foreign)).rejects.toMatchObject({ code: 'internal' });
      expect(await subject.exclusion.owns(holding)).toBe(true);
    });
  });
}
