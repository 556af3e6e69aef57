import type { BackupType, BackupScope } from '../model/backup-kind.ts';
import { type Ledger, type Transfer, hasFlag, transferFlags } from '../stores/ledger/port.ts';
import { storeAccountId } from './event-transfers.ts';
import { type TransferStatus, unpackTransferData } from './transfer-data.ts';
import { nameTransfer, transferIdsOf } from './transfer-ids.ts';

/** A transfer of a backup, unpacked. */
export interface LedgerEntry {
  readonly backupId: string;
  readonly attempt: number;
  readonly event: 'requested' | 'started' | 'completed' | 'failed' | 'refused';
  readonly transfer: 'mark' | 'pending' | 'post' | 'void';
  readonly transferId: string;
  readonly type: BackupType;
  readonly scope: BackupScope;
  readonly compression: string | null;
  readonly encryption: string | null;
  readonly status: TransferStatus;
  readonly retentionDays: number;
  /** When the attempt began; null for a mark, which began nothing. */
  readonly startTime: string | null;
  /** When a mark's event happened; null for the others. */
  readonly at: string | null;
  /** Name of the schedule, its number after a # where no schedule is called so here, null on demand. */
  readonly schedule: string | null;
  /** Sealed bytes; null unless completed. */
  readonly bytes: number | null;
  /** When the ledger took it. */
  readonly recordedAt: string;
}

/** The name of a schedule's number, undefined where it is not known. */
export type ScheduleNames = ReadonlyMap<number, string>;

const attemptsAtOnce = 40;

/**
 * The transfers of a backup, in the order of attempts and events; none where the ledger knows nothing of it. Throws
 * what the ledger throws.
 */
export async function ledgerEntries(
  ledger: Pick<Ledger, 'lookupTransfers'>,
  backupId: string,
  schedules: ScheduleNames,
): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let first = 1; ; first += attemptsAtOnce) {
    const attempts = Array.from({ length: attemptsAtOnce }, (_, index) => first + index);
    const found = await ledger.lookupTransfers(transferIdsOf(backupId, attempts));
    if (found.length === 0) return entries;
    entries.push(...found.flatMap((transfer) => ledgerEntry(transfer, backupId, schedules) ?? []));
  }
}

/** Undefined for a transfer that is not this backup's. */
export function ledgerEntry(
  transfer: Transfer,
  backupId: string,
  schedules: ScheduleNames,
): LedgerEntry | undefined {
  const data = unpackTransferData(transfer.userData128);
  const named = nameTransfer(transfer.id, backupId);
  if (data === undefined || named === undefined || transfer.creditAccountId !== storeAccountId)
    return undefined;
  const how = kindOfTransfer(transfer.flags);
  const when = isoOf(transfer.userData64);
  return {
    ...{ backupId, attempt: named.attempt, event: named.kind, transfer: how },
    transferId: transfer.id.toString(16).padStart(32, '0'),
    ...data,
    startTime: how === 'mark' ? null : when,
    at: how === 'mark' ? when : null,
    schedule: scheduleOf(transfer.userData32, schedules),
    bytes: how === 'post' ? Number(transfer.amount) : null,
    recordedAt: isoOf(transfer.timestamp),
  };
}

function kindOfTransfer(flags: number): LedgerEntry['transfer'] {
  if (hasFlag(flags, transferFlags.pending)) return 'pending';
  if (hasFlag(flags, transferFlags.postPendingTransfer)) return 'post';
  return hasFlag(flags, transferFlags.voidPendingTransfer) ? 'void' : 'mark';
}

function scheduleOf(number: number, schedules: ScheduleNames): string | null {
  return number === 0 ? null : (schedules.get(number) ?? `#${number}`);
}

const isoOf = (nanoseconds: bigint): string => new Date(Number(nanoseconds / 1_000_000n)).toISOString();
