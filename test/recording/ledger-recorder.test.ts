import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../engine/clock.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import { accountIdOf, backupCode, pendingCeiling, scheduleNumber } from '../../recording/event-transfers.ts';
import { createLedgerRecorder } from '../../recording/ledger-recorder.ts';
import { transferIdOf } from '../../recording/transfer-ids.ts';
import { unpackTransferData } from '../../recording/transfer-data.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import type { EventStream } from '../../stores/events/port.ts';
import { createMemoryLedger } from '../../stores/ledger/memory.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { createTigerbeetleLedger } from '../../stores/ledger/tigerbeetle.ts';
import {
  completed,
  failed,
  iso,
  refused,
  requested,
  started,
  testId,
  testOrder,
} from '../support/backup-events.ts';
import { recordingLog } from '../support/recording-log.ts';
import {
  type TigerbeetleServer,
  startTigerbeetle,
  tigerbeetleBinary,
} from '../support/tigerbeetle-server.ts';

const number = 77;

function describeRecorder(name: string, open: () => Ledger): void {
  describe(`the ledger's recorder ${name}`, () => {
    let ledger: Ledger;
    let stream: EventStream;
    const { log, lines } = recordingLog();
    let next = 0;
    beforeAll(() => {
      ledger = open();
    });
    afterAll(() => ledger.close());
    beforeEach(() => {
      stream = createMemoryEventStream();
      next += 100;
    });

    const recorder = () =>
      createLedgerRecorder({ stream, ledger, ledgerNumber: number, clock: systemClock, log });
    const record = async (...events: BackupEvent[]) => {
      for (const event of events) await stream.append(event);
      await recorder().record();
    };
    const found = async (n: number, kind: BackupEvent['kind'], attempt = 1) =>
      (await ledger.lookupTransfers([transferIdOf(testId(n), attempt, kind)]))[0];
    const balance = async () => (await ledger.lookupAccounts([accountIdOf('duckdb')]))[0];

    it('reserves at the start and posts the true bytes at the end', async () => {
      const order = testOrder(next, { schedule: 'duckdb-full', slot: iso(0) });
      const before = (await balance())?.debitsPosted ?? 0n;
      await record(requested(order), started(order));
      expect(await found(next, 'started')).toMatchObject({ amount: pendingCeiling, code: backupCode });
      expect(await balance()).toMatchObject({ debitsPending: pendingCeiling });
      const retentionUntil = iso(Date.parse(completed(order).endTime) + 30 * 86_400_000);
      await record(completed(order, { retentionUntil, sealedBytes: 1234 }));
      expect(await balance()).toMatchObject({ debitsPending: 0n, debitsPosted: before + 1234n });
      const post = await found(next, 'completed');
      expect(post).toMatchObject({
        amount: 1234n,
        userData64: BigInt(Date.parse(completed(order).startTime)) * 1_000_000n,
        userData32: scheduleNumber('duckdb-full'),
      });
      expect(unpackTransferData(post?.userData128 ?? 0n)).toEqual({
        type: 'duckdb',
        scope: 'full',
        compression: 'zstd',
        encryption: 'AES-256-GCM',
        status: 'completed',
        retentionDays: 30,
      });
    });

    it('voids what a failure had reserved, and marks what never started or was refused', async () => {
      await record(started(testOrder(next)), failed(testOrder(next), { interrupted: true }));
      const never = { startTime: null, fencingToken: null, worker: null };
      await record(failed(testOrder(next + 1), never), refused(testOrder(next + 2)));
      expect(await balance()).toMatchObject({ debitsPending: 0n });
      const status = async (n: number, kind: BackupEvent['kind']) =>
        unpackTransferData((await found(n, kind))?.userData128 ?? 0n)?.status;
      expect(await status(next, 'failed')).toBe('interrupted');
      expect(await status(next + 1, 'failed')).toBe('failed');
      expect(await status(next + 2, 'refused')).toBe('refused');
    });

    it('bears a completion before its start, and a start that was lost', async () => {
      await record(completed(testOrder(next)), started(testOrder(next)));
      await record(completed(testOrder(next + 1)));
      expect(await found(next, 'completed')).toMatchObject({ amount: 1000n });
      expect(await found(next + 1, 'started')).toMatchObject({ amount: pendingCeiling });
      expect(await balance()).toMatchObject({ debitsPending: 0n });
      expect(lines).toEqual([]);
    });

    it('gives the same ledger whatever comes twice or in another order', async () => {
      let n = next;
      const all = (from: number): BackupEvent[] => [
        requested(testOrder(from)),
        started(testOrder(from)),
        failed(testOrder(from)),
        started(testOrder(from, { attempt: 2 })),
        completed(testOrder(from, { attempt: 2 })),
        started(testOrder(from + 1)),
        completed(testOrder(from + 1)),
      ];
      const kinds = all(0).map((_, index) => index);
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray(kinds, { minLength: kinds.length }),
          fc.shuffledSubarray(kinds),
          async (order, again) => {
            n += 2;
            const before = (await balance())?.debitsPosted ?? 0n;
            const events = all(n);
            stream = createMemoryEventStream();
            await record(...[...order, ...again].flatMap((index) => events[index] ?? []));
            expect(await balance()).toMatchObject({ debitsPending: 0n, debitsPosted: before + 2000n });
          },
        ),
        { numRuns: 20, seed: 7 },
      );
      expect(lines).toEqual([]);
    });

    it('waits while the ledger is down, and goes on in order', async () => {
      let down = true;
      const flaky: Ledger = {
        ...ledger,
        createTransfers: (batch) =>
          down ? Promise.reject(new Error('down')) : ledger.createTransfers(batch),
      };
      const one = createLedgerRecorder({
        ...{ stream, ledger: flaky, ledgerNumber: number, clock: systemClock, log, batch: 2 },
      });
      for (let k = 0; k < 5; k += 1) await stream.append(completed(testOrder(next + k)));
      await expect(one.record()).rejects.toThrow('down');
      expect(one.position()).toBeUndefined();
      expect(one.standing()).toEqual({ upToDateAt: null, error: 'internal: down' });
      down = false;
      await one.record();
      expect(one.position()).toBe(await stream.newest());
      expect(one.standing()).toMatchObject({ error: null, upToDateAt: expect.any(Number) as unknown });
      expect(await found(next + 4, 'completed')).toBeDefined();
    });

    it('goes on where another was, and begins again with a ledger that lacks what that one wrote', async () => {
      await record(requested(testOrder(next)), started(testOrder(next)), completed(testOrder(next)));
      await stream.append(requested(testOrder(next + 1)));
      const written: number[] = [];
      const counting = (into: Ledger): Ledger => ({
        ...into,
        createTransfers(batch) {
          written.push(batch.length);
          return into.createTransfers(batch);
        },
      });
      const through = (into: Ledger) =>
        createLedgerRecorder({
          ...{ stream, ledger: counting(into), ledgerNumber: number, clock: systemClock, log },
        });
      await through(ledger).record();
      expect(written).toEqual([1]);
      const other = createMemoryLedger({ clock: systemClock });
      await through(other).record();
      expect(written).toEqual([1, 5]);
      expect(await other.lookupTransfers([transferIdOf(testId(next), 1, 'completed')])).toHaveLength(1);
    });

    it('says what the ledger refuses, and goes on', async () => {
      await record(failed(testOrder(next)), completed(testOrder(next)), started(testOrder(next + 1)));
      expect(lines).toMatchObject([
        { level: 'error', fields: { result: 'pending_transfer_already_voided' } },
      ]);
      expect(await found(next + 1, 'started')).toBeDefined();
    });
  });
}

describeRecorder('in memory', () => createMemoryLedger({ clock: systemClock }));

const binary = tigerbeetleBinary();
(binary === undefined ? describe.skip : describe)(
  'with a TigerBeetle server (TIGERBEETLE_BIN or on PATH)',
  () => {
    let server: TigerbeetleServer;
    beforeAll(async () => {
      server = await startTigerbeetle(binary ?? '');
    });
    afterAll(() => server.stop());
    describeRecorder('on TigerBeetle', () =>
      createTigerbeetleLedger({ clusterId: 0n, addresses: [server.address], deadlineMs: 30_000 }),
    );
  },
);
