import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../engine/clock.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import { backupLedger, scheduleNumber } from '../../recording/event-transfers.ts';
import { createLedgerRecorder } from '../../recording/ledger-recorder.ts';
import { ledgerEntries } from '../../recording/read-ledger.ts';
import { replayLedger } from '../../recording/replay-ledger.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import { createMemoryLedger } from '../../stores/ledger/memory.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
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
import { ledgerScope } from '../support/ledger-events.ts';
import { recordingLog } from '../support/recording-log.ts';

const schedules = new Map([[scheduleNumber('duckdb-full'), 'duckdb-full']]);
const { log } = recordingLog();
let ledger: Ledger;
beforeEach(() => {
  ledger = createMemoryLedger({ clock: systemClock });
});

async function record(...events: BackupEvent[]): Promise<void> {
  const stream = createMemoryEventStream();
  for (const event of events) await stream.append(event);
  await createLedgerRecorder({
    ...{ stream, ledger, ledgerNumber: backupLedger, clock: systemClock, log },
  }).record();
}

const scheduled = (attempt: number) =>
  testOrder(1, { attempt, schedule: 'duckdb-full', slot: iso(0), kind: 'duckdb-full' });
const history = [
  requested(scheduled(1)),
  started(scheduled(1)),
  failed(scheduled(1), { interrupted: true }),
  requested(scheduled(2)),
  started(scheduled(2)),
  completed(scheduled(2), { sealedBytes: 4321 }),
];

describe('the ledger read', () => {
  it('shows every transfer of a backup, over its attempts, unpacked', async () => {
    await record(...history, requested(testOrder(2)));
    const entries = await ledgerEntries(ledger, testId(1), schedules);
    expect(entries.map((one) => [one.attempt, one.event, one.transfer, one.status, one.bytes])).toEqual([
      [1, 'requested', 'mark', 'requested', null],
      [1, 'started', 'pending', 'started', null],
      [1, 'failed', 'void', 'interrupted', null],
      [2, 'requested', 'mark', 'requested', null],
      [2, 'started', 'pending', 'started', null],
      [2, 'completed', 'post', 'completed', 4321],
    ]);
    expect(entries.at(-1)).toMatchObject({
      ...{ type: 'duckdb', scope: 'full', compression: 'zstd', encryption: 'AES-256-GCM' },
      startTime: completed(scheduled(2)).startTime,
      schedule: 'duckdb-full',
    });
    expect(entries[0]).toMatchObject({ startTime: null, at: requested(scheduled(1)).at });
  });

  it('goes on behind the attempts of one look, and numbers schedules that have no name here', async () => {
    await record(...Array.from({ length: 45 }, (_, index) => failed(scheduled(index + 1))));
    const entries = await ledgerEntries(ledger, testId(1), new Map());
    expect(entries).toHaveLength(90);
    expect(entries.at(-1)).toMatchObject({
      attempt: 45,
      schedule: `#${scheduleNumber('duckdb-full')}`,
    });
    expect(await ledgerEntries(ledger, testId(9), schedules)).toEqual([]);
  });
});

describe('the ledger replayed', () => {
  it('tells of each backup what metadata tells, as far as transfers go', async () => {
    const events = [
      ...history,
      requested(testOrder(2)),
      started(testOrder(3)),
      completed(testOrder(4)),
      failed(testOrder(5), { startTime: null, fencingToken: null, worker: null }),
      refused(testOrder(6)),
    ];
    await record(...events);
    const {
      backups,
      refused: turnedAway,
      foreign,
    } = await replayLedger(ledger, {
      ...{ ledgerNumber: backupLedger, schedules, page: 3 },
    });
    expect({ turnedAway, foreign }).toEqual({ turnedAway: 1, foreign: 0 });
    const metadata = await openDuckdbMetadata({ path: ':memory:', log });
    await metadata.restore(events);
    const rows = await metadata.history({ limit: 10 });
    await metadata.close();
    expect(backups).toHaveLength(5);
    for (const { recordedAt, retentionDays, requestedAt, ...told } of backups) {
      expect(rows).toContainEqual(expect.objectContaining(told));
      expect([recordedAt, retentionDays, requestedAt]).not.toContain(undefined);
    }
  });

  it('counts what is none of a backup', async () => {
    await record(requested(testOrder(1)));
    const scope = ledgerScope();
    const other = { ledger: backupLedger };
    await ledger.createAccounts([scope.account(1, other), scope.account(2, other)]);
    await ledger.createTransfers([scope.transfer(3, other)]);
    const { backups, transfers, foreign } = await replayLedger(ledger, {
      ...{ ledgerNumber: backupLedger, schedules },
    });
    expect([backups.length, transfers, foreign]).toEqual([1, 2, 1]);
  });
});
