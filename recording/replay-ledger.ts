import { type Ledger, type Transfer, batchLimit } from '../stores/ledger/port.ts';
import { backupCode } from './event-transfers.ts';
import { type LedgerEntry, type ScheduleNames, ledgerEntry } from './read-ledger.ts';
import { unpackTransferData } from './transfer-data.ts';
import { backupIdOf, backupPart } from './transfer-ids.ts';

/** What transfers alone tell of a backup: its row of backup_metadata at its latest attempt, as far as that goes. */
export interface ReplayedBackup {
  readonly id: string;
  readonly backupType: LedgerEntry['type'];
  readonly backupScope: LedgerEntry['scope'];
  readonly status: 'queued' | 'running' | 'completed' | 'failed';
  /** When the first attempt was asked for; null where that event was lost. */
  readonly requestedAt: string | null;
  readonly startTime: string | null;
  readonly backupSizeBytes: number | null;
  readonly schedule: string | null;
  readonly attempt: number;
  readonly compression: string | null;
  readonly encryption: string | null;
  /** 0: for ever, or not known. */
  readonly retentionDays: number;
  /** When the ledger took the newest of its transfers: the end is not in them. */
  readonly recordedAt: string;
}

export interface LedgerReplay {
  readonly backups: readonly ReplayedBackup[];
  readonly transfers: number;
  /** Requests that were turned away. */
  readonly refused: number;
  /** Transfers of the ledger that are none of a backup. */
  readonly foreign: number;
}

/** Reads the whole ledger of backups, oldest first. Throws what the ledger throws. */
export async function replayLedger(
  ledger: Pick<Ledger, 'queryTransfers'>,
  { ledgerNumber, schedules, page = batchLimit }: ReplayOptions,
): Promise<LedgerReplay> {
  const groups = new Map<bigint, Transfer[]>();
  let transfers = 0;
  for (let timestampMin = 0n; ;) {
    const found = await ledger.queryTransfers({
      ledger: ledgerNumber,
      code: backupCode,
      timestampMin,
      limit: page,
    });
    for (const transfer of found) {
      const part = backupPart(transfer.id);
      const group = groups.get(part);
      if (group === undefined) groups.set(part, [transfer]);
      else group.push(transfer);
    }
    transfers += found.length;
    if (found.length === 0) break;
    timestampMin = (found.at(-1)?.timestamp ?? 0n) + 1n;
  }
  const backups: ReplayedBackup[] = [];
  let [refused, known] = [0, 0];
  for (const group of groups.values()) {
    const entries = entriesOf(group, schedules);
    known += entries.length;
    refused += entries.filter(({ event }) => event === 'refused').length;
    const backup = backupOf(entries.filter(({ event }) => event !== 'refused'));
    if (backup !== undefined) backups.push(backup);
  }
  return { backups, transfers, refused, foreign: transfers - known };
}

interface ReplayOptions {
  readonly ledgerNumber: number;
  readonly schedules: ScheduleNames;
  readonly page?: number;
}

/** The oldest transfer of a backup is of its first attempt; from it follows the id, and from that all other attempts. */
function entriesOf(group: readonly Transfer[], schedules: ScheduleNames): LedgerEntry[] {
  const [oldest] = group;
  const data = oldest && unpackTransferData(oldest.userData128);
  if (data === undefined) return [];
  const kind = data.status === 'interrupted' ? 'failed' : data.status;
  const id = backupIdOf(oldest?.id ?? 0n, 1, kind);
  return group.flatMap((transfer) => ledgerEntry(transfer, id, schedules) ?? []);
}

const order = ['requested', 'started', 'failed', 'completed'] as const;

function backupOf(entries: readonly LedgerEntry[]): ReplayedBackup | undefined {
  const rank = ({ event }: LedgerEntry) => order.findIndex((one) => one === event);
  const inOrder = entries.toSorted((a, b) => a.attempt - b.attempt || rank(a) - rank(b));
  const completed = inOrder.find(({ event }) => event === 'completed');
  const last = completed ?? inOrder.at(-1);
  if (last === undefined) return undefined;
  const requested = inOrder.find(({ event }) => event === 'requested');
  return {
    id: last.backupId,
    backupType: last.type,
    backupScope: last.scope,
    status: statusOf(last),
    requestedAt: requested?.at ?? null,
    startTime: last.startTime,
    backupSizeBytes: last.bytes,
    schedule: last.schedule,
    attempt: last.attempt,
    compression: last.compression,
    encryption: last.encryption,
    retentionDays: last.retentionDays,
    recordedAt: entries.reduce((newest, one) => (one.recordedAt > newest ? one.recordedAt : newest), ''),
  };
}

function statusOf({ event }: LedgerEntry): ReplayedBackup['status'] {
  switch (event) {
    case 'requested':
      return 'queued';
    case 'started':
      return 'running';
    case 'completed':
      return 'completed';
    case 'failed':
    case 'refused':
      return 'failed';
  }
}
