import { move } from './balances.ts';
import type { Book } from './book.ts';
import { accountFlags, has, transferFlags } from './flags.ts';
import { type Transfer, amountMax } from './port.ts';
import type { CreateTransferResult } from './results.ts';

const closing = transferFlags.closingDebit | transferFlags.closingCredit;
const exclusive =
  transferFlags.pending | transferFlags.balancingDebit | transferFlags.balancingCredit | closing;
const second = 1_000_000_000n;

/** Posts or voids a pending transfer. What the transfer leaves zero is taken from the pending one. */
export function endPending(book: Book, transfer: Transfer, timestamp: bigint): CreateTransferResult {
  const voids = has(transfer.flags, transferFlags.voidPendingTransfer);
  const posts = has(transfer.flags, transferFlags.postPendingTransfer);
  if ((voids && posts) || has(transfer.flags, exclusive)) return 'flags_are_mutually_exclusive';
  if (transfer.pendingId === 0n) return 'pending_id_must_not_be_zero';
  if (transfer.pendingId === amountMax) return 'pending_id_must_not_be_int_max';
  if (transfer.pendingId === transfer.id) return 'pending_id_must_be_different';
  if (transfer.timeout !== 0) return 'timeout_reserved_for_pending_transfer';

  const pending = book.transfer(transfer.pendingId);
  if (pending === undefined) return 'pending_transfer_not_found';
  const different = differs(pending, transfer);
  if (different !== undefined) return different;
  const amount = transfer.amount === (voids ? 0n : amountMax) ? pending.amount : transfer.amount;
  if (amount > pending.amount) return 'exceeds_pending_transfer_amount';
  if (voids && amount < pending.amount) return 'pending_transfer_has_different_amount';
  const status = book.pendingStatus(pending.id);
  if (status === 'posted') return 'pending_transfer_already_posted';
  if (status === 'voided') return 'pending_transfer_already_voided';
  if (status === 'expired' || expiresAt(pending) <= timestamp) return 'pending_transfer_expired';
  if (has(transfer.flags, transferFlags.imported)) {
    if (timestamp <= book.newestTransfer) return 'imported_event_timestamp_must_not_regress';
    if (book.accountAt(timestamp)) return 'imported_event_timestamp_must_not_regress';
  }
  const debit = book.account(pending.debitAccountId);
  const credit = book.account(pending.creditAccountId);
  if (debit === undefined) return 'debit_account_not_found';
  if (credit === undefined) return 'credit_account_not_found';
  // In a closed account a pending transfer may still be voided: that is how it is opened again.
  if (!voids && has(debit.flags, accountFlags.closed)) return 'debit_account_already_closed';
  if (!voids && has(credit.flags, accountFlags.closed)) return 'credit_account_already_closed';

  book.putTransfer({
    ...transfer,
    debitAccountId: pending.debitAccountId,
    creditAccountId: pending.creditAccountId,
    amount,
    userData128: transfer.userData128 === 0n ? pending.userData128 : transfer.userData128,
    userData64: transfer.userData64 === 0n ? pending.userData64 : transfer.userData64,
    userData32: transfer.userData32 === 0 ? pending.userData32 : transfer.userData32,
    ledger: pending.ledger,
    code: pending.code,
    timestamp,
  });
  book.putPendingStatus(pending.id, voids ? 'voided' : 'posted');
  move(
    book,
    { debit, credit },
    {
      pending: -pending.amount,
      posted: voids ? 0n : amount,
      ...(voids ? { closed: { sides: pending.flags & closing, to: false } } : {}),
    },
  );
  return 'created';
}

function differs(pending: Transfer, transfer: Transfer): CreateTransferResult | undefined {
  const other = (asked: bigint | number, there: bigint | number) => asked != 0 && asked !== there;
  if (!has(pending.flags, transferFlags.pending)) return 'pending_transfer_not_pending';
  if (other(transfer.debitAccountId, pending.debitAccountId)) {
    return 'pending_transfer_has_different_debit_account_id';
  }
  if (other(transfer.creditAccountId, pending.creditAccountId)) {
    return 'pending_transfer_has_different_credit_account_id';
  }
  if (other(transfer.ledger, pending.ledger)) return 'pending_transfer_has_different_ledger';
  if (other(transfer.code, pending.code)) return 'pending_transfer_has_different_code';
  return undefined;
}

function expiresAt(pending: Transfer): bigint {
  return pending.timeout === 0 ? 2n ** 63n : pending.timestamp + BigInt(pending.timeout) * second;
}

/** Releases a pending transfer whose time is up; false when it is not, or has ended before. */
export function expirePending(book: Book, id: bigint, now: bigint): boolean {
  const pending = book.transfer(id);
  if (pending === undefined || book.pendingStatus(id) !== 'pending' || expiresAt(pending) > now) return false;
  const debit = book.account(pending.debitAccountId);
  const credit = book.account(pending.creditAccountId);
  if (debit === undefined || credit === undefined) return false;
  book.putPendingStatus(id, 'expired');
  const closed = { sides: pending.flags & closing, to: false };
  move(book, { debit, credit }, { pending: -pending.amount, posted: 0n, closed });
  return true;
}
