import type { BackupEventOf } from '../model/backup-event.ts';
import { type BackupType, backupTypes } from '../model/backup-kind.ts';
import {
  type VerificationLevel,
  type VerificationResult,
  verificationLevels,
  verificationResults,
} from '../model/verification.ts';
import type { Transfer } from '../stores/ledger/port.ts';
import { accountOf } from './ledger-accounts.ts';
import { backupIdOf, transferIdOf, ulidBits } from './transfer-ids.ts';

/** The code of every transfer of a verification. */
export const verificationCode = 13;

const verifiedAccountOf = (type: BackupType): bigint => accountOf(`verified/${type}`);
const verifierAccountId = accountOf('verifier');

/** One account for each type, whose debits are the bytes that verifying its backups read, and one against them. */
export const verificationAccountIds: readonly bigint[] = [
  verifierAccountId,
  ...backupTypes.map(verifiedAccountOf),
];

const durationUnitMs = 100n;
const longest = 2n ** 24n - 1n;

/** The transfer of a verification; its amount is the sealed bytes that were read. */
export function verificationTransfer(
  { order, verification }: BackupEventOf<'verified'>,
  ledger: number,
): Transfer {
  return {
    id: transferIdOf(verification.verificationId, 1, 'verified'),
    debitAccountId: verifiedAccountOf(order.type),
    creditAccountId: verifierAccountId,
    amount: BigInt(verification.bytes),
    pendingId: 0n,
    userData128: ulidBits(order.backupId),
    userData64: BigInt(Date.parse(verification.startTime)) * 1_000_000n,
    userData32: packOutcome(verification),
    timeout: 0,
    ledger,
    code: verificationCode,
    flags: 0,
    timestamp: 0n,
  };
}

/** What a transfer tells of a verification. */
export interface LedgerVerification {
  readonly verificationId: string;
  readonly level: VerificationLevel;
  readonly reached: VerificationLevel;
  readonly result: VerificationResult;
  readonly startTime: string;
  /** In steps of 100 ms; nineteen days stand for all that is longer. */
  readonly durationMs: number;
  /** Sealed bytes read. */
  readonly bytes: number;
  readonly recordedAt: string;
}

/** Undefined for a transfer that is none of a verification. */
export function ledgerVerification(transfer: Transfer): LedgerVerification | undefined {
  if (transfer.code !== verificationCode || transfer.creditAccountId !== verifierAccountId) return undefined;
  const outcome = unpackOutcome(transfer.userData32);
  if (outcome === undefined) return undefined;
  return {
    verificationId: backupIdOf(transfer.id, 1, 'verified'),
    ...outcome,
    startTime: isoOf(transfer.userData64),
    bytes: Number(transfer.amount),
    recordedAt: isoOf(transfer.timestamp),
  };
}

type Outcome = Pick<LedgerVerification, 'level' | 'reached' | 'result' | 'durationMs'>;

/** Level asked for and level reached in 2 bits each from the top, the result in 4, the duration in 24. */
function packOutcome({ level, reached, result, durationMs }: Outcome): number {
  const units = BigInt(durationMs) / durationUnitMs;
  const top = (BigInt(level) << 30n) | (BigInt(reached) << 28n);
  const number = BigInt(verificationResults.indexOf(result) + 1) << 24n;
  return Number(top | number | (units < longest ? units : longest));
}

function unpackOutcome(packed: number): Outcome | undefined {
  const bits = BigInt(packed);
  const levelAt = (shift: bigint) =>
    verificationLevels.find((level) => BigInt(level) === ((bits >> shift) & 3n));
  const [level, reached] = [levelAt(30n), levelAt(28n)];
  const result = verificationResults[Number((bits >> 24n) & 15n) - 1];
  if (level === undefined || reached === undefined || result === undefined) return undefined;
  return { level, reached, result, durationMs: Number((bits & longest) * durationUnitMs) };
}

const isoOf = (nanoseconds: bigint): string => new Date(Number(nanoseconds / 1_000_000n)).toISOString();
