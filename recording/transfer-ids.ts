import type { AttemptEvent, BackupEvent } from '../model/backup-event.ts';

/** Their places are for ever: append, never reorder; three bits hold them. */
const kinds = [
  'requested',
  'started',
  'completed',
  'failed',
  'refused',
  'verified',
] as const satisfies readonly BackupEvent['kind'][];

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/**
 * Attempt and kind lie on the 16 bits below the ULID's time, so that ids ascend with time, and ULIDs that count upward
 * within a millisecond do not meet.
 */
const placeAt = 64n;
const kindBits = 3n;
const attemptBits = 13n;
const placeMask = ((1n << (kindBits + attemptBits)) - 1n) << placeAt;

type AttemptKind = AttemptEvent['kind'];
const attemptKinds = kinds.filter(
  (kind): kind is AttemptKind & (typeof kinds)[number] => kind !== 'verified',
);

export interface NamedTransfer {
  readonly backupId: string;
  readonly attempt: number;
  readonly kind: AttemptKind;
}

/**
 * The transfer that a kind of event of an attempt makes: the backup's 128 bits, attempt and kind laid over them. A
 * verification has an id of its own, and one attempt.
 */
export function transferIdOf(backupId: string, attempt: number, kind: BackupEvent['kind']): bigint {
  return ulidBits(backupId) ^ place(attempt, kind);
}

/** What all transfers of a backup have in common, and those of no other. */
export const backupPart = (transferId: bigint): bigint => transferId & ~placeMask;

/** The backup's id, from a transfer whose attempt and kind are known. */
export function backupIdOf(transferId: bigint, attempt: number, kind: BackupEvent['kind']): string {
  let rest = transferId ^ place(attempt, kind);
  let digits = '';
  for (let digit = 0; digit < 26; digit += 1, rest >>= 5n)
    digits = (crockford[Number(rest & 31n)] ?? '') + digits;
  return digits;
}

/** Which event of the backup made this transfer; undefined when it is none of that backup's. */
export function nameTransfer(transferId: bigint, backupId: string): NamedTransfer | undefined {
  const over = transferId ^ ulidBits(backupId);
  if ((over & ~placeMask) !== 0n) return undefined;
  const kind = kinds[Number((over >> placeAt) & ((1n << kindBits) - 1n))];
  const attempt = over >> (placeAt + kindBits);
  if (kind === undefined || kind === 'verified' || attempt < 1n) return undefined;
  return { backupId, attempt: Number(attempt), kind };
}

/** Ids of all transfers that these attempts can have made, in the order of the events. */
export function transferIdsOf(backupId: string, attempts: readonly number[]): bigint[] {
  return attempts.flatMap((attempt) => attemptKinds.map((kind) => transferIdOf(backupId, attempt, kind)));
}

function place(attempt: number, kind: BackupEvent['kind']): bigint {
  return ((BigInt(attempt) << kindBits) | BigInt(kinds.indexOf(kind))) << placeAt;
}

/** A ULID is 128 bits in 26 digits of five; the first holds three. */
export function ulidBits(id: string): bigint {
  const digits = Array.from(id.toUpperCase(), (digit) => crockford.indexOf(digit));
  return BigInt.asUintN(
    128,
    digits.reduce((bits, digit) => (bits << 5n) | BigInt(digit), 0n),
  );
}
