import type { Book } from './book.ts';
import { has, transferFlags } from './flags.ts';
import { type Transfer, amountMax } from './port.ts';
import type { CreateTransferResult } from './results.ts';

/** What a transfer is told whose id exists: whether it asks for the same, and if not, in what it differs. */
export function existingTransfer(book: Book, existing: Transfer, asked: Transfer): CreateTransferResult {
  if (asked.flags !== existing.flags) return 'exists_with_different_flags';
  if (asked.pendingId !== existing.pendingId) return 'exists_with_different_pending_id';
  if (asked.timeout !== existing.timeout) return 'exists_with_different_timeout';
  const meant = has(asked.flags, transferFlags.postPendingTransfer | transferFlags.voidPendingTransfer)
    ? completedBy(book.transfer(asked.pendingId), asked)
    : asked;
  if (meant.debitAccountId !== existing.debitAccountId) return 'exists_with_different_debit_account_id';
  if (meant.creditAccountId !== existing.creditAccountId) return 'exists_with_different_credit_account_id';
  if (differentAmount(meant, existing)) return 'exists_with_different_amount';
  if (meant.userData128 !== existing.userData128) return 'exists_with_different_user_data_128';
  if (meant.userData64 !== existing.userData64) return 'exists_with_different_user_data_64';
  if (meant.userData32 !== existing.userData32) return 'exists_with_different_user_data_32';
  if (meant.ledger !== existing.ledger) return 'exists_with_different_ledger';
  if (meant.code !== existing.code) return 'exists_with_different_code';
  return 'exists';
}

/** A balancing transfer may have moved less than it asked for. */
function differentAmount(asked: Transfer, existing: Transfer): boolean {
  const balancing = has(asked.flags, transferFlags.balancingDebit | transferFlags.balancingCredit);
  return balancing ? asked.amount < existing.amount : asked.amount !== existing.amount;
}

/** A post or void with what it left zero taken from its pending transfer. */
function completedBy(pending: Transfer | undefined, asked: Transfer): Transfer {
  if (pending === undefined) return asked;
  const voids = has(asked.flags, transferFlags.voidPendingTransfer);
  const all = asked.amount === (voids ? 0n : amountMax);
  return {
    ...asked,
    debitAccountId: asked.debitAccountId === 0n ? pending.debitAccountId : asked.debitAccountId,
    creditAccountId: asked.creditAccountId === 0n ? pending.creditAccountId : asked.creditAccountId,
    amount: all ? pending.amount : asked.amount,
    userData128: asked.userData128 === 0n ? pending.userData128 : asked.userData128,
    userData64: asked.userData64 === 0n ? pending.userData64 : asked.userData64,
    userData32: asked.userData32 === 0 ? pending.userData32 : asked.userData32,
    ledger: asked.ledger === 0 ? pending.ledger : asked.ledger,
    code: asked.code === 0 ? pending.code : asked.code,
  };
}
