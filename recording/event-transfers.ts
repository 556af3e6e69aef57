import { createHash } from 'node:crypto';
import type { AttemptEvent, BackupEvent } from '../model/backup-event.ts';
import { type BackupType, backupTypes } from '../model/backup-kind.ts';
import { type Account, type Transfer, transferFlags } from '../stores/ledger/port.ts';
import { type TransferData, packTransferData } from './transfer-data.ts';
import { accountOf } from './ledger-accounts.ts';
import { transferIdOf } from './transfer-ids.ts';
import { verificationAccountIds, verificationTransfer } from './verification-transfers.ts';

/** The ledger that backups are written in, beside whatever else a cluster keeps. */
export const backupLedger = 12;

/** The code of every transfer of a backup. */
export const backupCode = 12;

/** What a backup reserves at its start, since a post above the pending amount is refused and bytes are not known yet. */
export const pendingCeiling = 2n ** 63n;

export const accountIdOf = (type: BackupType): bigint => accountOf(type);
export const storeAccountId = accountOf('object-store');

/** A schedule in 32 bits; 0 is on demand. */
export function scheduleNumber(schedule: string | null): number {
  if (schedule === null) return 0;
  return createHash('sha256').update(schedule).digest().readUInt32BE() || 1;
}

/**
 * One account for each type, whose debits are the bytes backed up, and one for the store that holds them; and those of
 * verifications.
 */
export function backupAccounts(ledger: number): Account[] {
  return [storeAccountId, ...backupTypes.map(accountIdOf), ...verificationAccountIds].map((id) => ({
    id,
    debitsPending: 0n,
    debitsPosted: 0n,
    creditsPending: 0n,
    creditsPosted: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger,
    code: backupCode,
    flags: 0,
    timestamp: 0n,
  }));
}

/**
 * The transfers of an event, in the order in which they must be made. A terminal event makes the pending transfer of
 * its start as well, in case that event was lost or comes later: a post without it would burn its id.
 */
export function transfersOf(event: BackupEvent, ledger: number): Transfer[] {
  switch (event.kind) {
    case 'verified':
      return [verificationTransfer(event, ledger)];
    case 'requested':
    case 'refused':
      return [mark(event, ledger)];
    case 'started':
      return [pending(event, event.startTime, ledger)];
    case 'completed': {
      const { startTime, endTime, retentionUntil, scope, compression, encryption } = event;
      const data = { scope, compression, encryption, retentionDays: daysBetween(endTime, retentionUntil) };
      const post = transfer(event, data, ledger);
      return [
        pending(event, startTime, ledger),
        {
          ...post,
          flags: transferFlags.postPendingTransfer,
          pendingId: startOf(event),
          amount: BigInt(event.sealedBytes),
          userData64: nanoseconds(startTime),
        },
      ];
    }
    case 'failed': {
      if (event.startTime === null) return [mark(event, ledger)];
      const ended = { ...transfer(event, {}, ledger), userData64: nanoseconds(event.startTime) };
      const voided = { flags: transferFlags.voidPendingTransfer, pendingId: startOf(event), amount: 0n };
      return [pending(event, event.startTime, ledger), { ...ended, ...voided }];
    }
  }
}

const startOf = ({ order }: AttemptEvent) => transferIdOf(order.backupId, order.attempt, 'started');

/** Something that moved no bytes: a transfer of 0. */
function mark(event: AttemptEvent, ledger: number): Transfer {
  return { ...transfer(event, {}, ledger), amount: 0n };
}

function pending(event: AttemptEvent, startTime: string, ledger: number): Transfer {
  return {
    ...transfer(event, { status: 'started' }, ledger),
    id: startOf(event),
    amount: pendingCeiling,
    flags: transferFlags.pending,
    userData64: nanoseconds(startTime),
  };
}

function transfer(event: AttemptEvent, data: Partial<TransferData>, ledger: number): Transfer {
  const { order } = event;
  const interrupted = event.kind === 'failed' && event.interrupted;
  return {
    id: transferIdOf(order.backupId, order.attempt, event.kind),
    debitAccountId: accountIdOf(order.type),
    creditAccountId: storeAccountId,
    amount: 0n,
    pendingId: 0n,
    userData128: packTransferData({
      type: order.type,
      scope: order.scope,
      compression: null,
      encryption: null,
      status: interrupted ? 'interrupted' : event.kind,
      retentionDays: 0,
      ...data,
    }),
    userData64: nanoseconds(event.at),
    userData32: scheduleNumber(order.schedule),
    timeout: 0,
    ledger,
    code: backupCode,
    flags: 0,
    timestamp: 0n,
  };
}

function nanoseconds(instant: string): bigint {
  return BigInt(Date.parse(instant)) * 1_000_000n;
}

function daysBetween(from: string, until: string | null): number {
  return until === null ? 0 : Math.max(0, Math.ceil((Date.parse(until) - Date.parse(from)) / 86_400_000));
}
