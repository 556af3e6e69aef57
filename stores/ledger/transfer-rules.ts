import { balancedAmount, move, refusedAmount, refusedBalance } from './balances.ts';
import type { Book } from './book.ts';
import { existingTransfer } from './existing-transfer.ts';
import { accountFlags, has, transferFlags } from './flags.ts';
import { endPending } from './pending-rules.ts';
import { type Transfer, amountMax, timestampMax } from './port.ts';
import type { CreateTransferResult } from './results.ts';

const known = Object.values(transferFlags).reduce((all, bit) => all | bit, 0);
const closing = transferFlags.closingDebit | transferFlags.closingCredit;

/** Creates a transfer in the book, or says why not; checks come in TigerBeetle's order. */
export function createTransfer(book: Book, transfer: Transfer, timestamp: bigint): CreateTransferResult {
  const { flags } = transfer;
  if ((flags & ~known) !== 0) return 'reserved_flag';
  if (transfer.id === 0n) return 'id_must_not_be_zero';
  if (transfer.id === amountMax) return 'id_must_not_be_int_max';
  const existing = book.transfer(transfer.id);
  if (existing !== undefined) return existingTransfer(book, existing, transfer);
  if (book.burnt(transfer.id)) return 'id_already_failed';
  if (has(flags, transferFlags.postPendingTransfer | transferFlags.voidPendingTransfer)) {
    return endPending(book, transfer, timestamp);
  }
  return malformed(transfer) ?? moveAmount(book, transfer, timestamp);
}

function malformed(transfer: Transfer): CreateTransferResult | undefined {
  if (transfer.debitAccountId === 0n) return 'debit_account_id_must_not_be_zero';
  if (transfer.debitAccountId === amountMax) return 'debit_account_id_must_not_be_int_max';
  if (transfer.creditAccountId === 0n) return 'credit_account_id_must_not_be_zero';
  if (transfer.creditAccountId === amountMax) return 'credit_account_id_must_not_be_int_max';
  if (transfer.debitAccountId === transfer.creditAccountId) return 'accounts_must_be_different';
  if (transfer.pendingId !== 0n) return 'pending_id_must_be_zero';
  if (!has(transfer.flags, transferFlags.pending)) {
    if (transfer.timeout !== 0) return 'timeout_reserved_for_pending_transfer';
    if (has(transfer.flags, closing)) return 'closing_transfer_must_be_pending';
  }
  if (transfer.ledger === 0) return 'ledger_must_not_be_zero';
  if (transfer.code === 0) return 'code_must_not_be_zero';
  return undefined;
}

function moveAmount(book: Book, transfer: Transfer, timestamp: bigint): CreateTransferResult {
  const { flags } = transfer;
  const pending = has(flags, transferFlags.pending);
  const debit = book.account(transfer.debitAccountId);
  if (debit === undefined) return 'debit_account_not_found';
  const credit = book.account(transfer.creditAccountId);
  if (credit === undefined) return 'credit_account_not_found';
  if (debit.ledger !== credit.ledger) return 'accounts_must_have_the_same_ledger';
  if (transfer.ledger !== debit.ledger) return 'transfer_must_have_the_same_ledger_as_accounts';
  if (has(flags, transferFlags.imported)) {
    if (timestamp <= book.newestTransfer) return 'imported_event_timestamp_must_not_regress';
    if (book.accountAt(timestamp)) return 'imported_event_timestamp_must_not_regress';
    if (timestamp <= debit.timestamp) return 'imported_event_timestamp_must_postdate_debit_account';
    if (timestamp <= credit.timestamp) return 'imported_event_timestamp_must_postdate_credit_account';
    if (transfer.timeout !== 0) return 'imported_event_timeout_must_be_zero';
  }
  if (has(debit.flags, accountFlags.closed)) return 'debit_account_already_closed';
  if (has(credit.flags, accountFlags.closed)) return 'credit_account_already_closed';
  const sides = { debit, credit };
  const amount = balancedAmount(sides, transfer);
  const refused = refusedAmount(sides, amount, pending);
  if (refused !== undefined) return refused;
  if (timestamp + BigInt(transfer.timeout) * 1_000_000_000n > timestampMax) return 'overflows_timeout';
  const unbalanced = refusedBalance(sides, amount);
  if (unbalanced !== undefined) return unbalanced;

  book.putTransfer({ ...transfer, amount, timestamp });
  if (pending) book.putPendingStatus(transfer.id, 'pending');
  move(book, sides, {
    pending: pending ? amount : 0n,
    posted: pending ? 0n : amount,
    closed: { sides: flags & closing, to: true },
  });
  return 'created';
}
