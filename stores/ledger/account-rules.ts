import type { Book } from './book.ts';
import { accountFlags, has } from './flags.ts';
import { type Account, amountMax } from './port.ts';
import type { CreateAccountResult } from './results.ts';

const known = Object.values(accountFlags).reduce((all, bit) => all | bit, 0);

/** Creates an account in the book, or says why not; checks come in TigerBeetle's order. */
export function createAccount(book: Book, account: Account, timestamp: bigint): CreateAccountResult {
  if ((account.flags & ~known) !== 0) return 'reserved_flag';
  if (account.id === 0n) return 'id_must_not_be_zero';
  if (account.id === amountMax) return 'id_must_not_be_int_max';
  const existing = book.account(account.id);
  if (existing !== undefined) return comparedWith(existing, account);
  const both = accountFlags.debitsMustNotExceedCredits | accountFlags.creditsMustNotExceedDebits;
  if ((account.flags & both) === both) return 'flags_are_mutually_exclusive';
  if (account.debitsPending !== 0n) return 'debits_pending_must_be_zero';
  if (account.debitsPosted !== 0n) return 'debits_posted_must_be_zero';
  if (account.creditsPending !== 0n) return 'credits_pending_must_be_zero';
  if (account.creditsPosted !== 0n) return 'credits_posted_must_be_zero';
  if (account.ledger === 0) return 'ledger_must_not_be_zero';
  if (account.code === 0) return 'code_must_not_be_zero';
  if (has(account.flags, accountFlags.imported)) {
    if (timestamp <= book.newestAccount) return 'imported_event_timestamp_must_not_regress';
    if (book.transferAt(timestamp)) return 'imported_event_timestamp_must_not_regress';
  }
  book.putAccount({ ...account, timestamp });
  return 'created';
}

function comparedWith(existing: Account, account: Account): CreateAccountResult {
  // `closed` as well: an account that a transfer has closed is no longer the one that was asked for.
  if (existing.flags !== account.flags) return 'exists_with_different_flags';
  if (existing.userData128 !== account.userData128) return 'exists_with_different_user_data_128';
  if (existing.userData64 !== account.userData64) return 'exists_with_different_user_data_64';
  if (existing.userData32 !== account.userData32) return 'exists_with_different_user_data_32';
  if (existing.ledger !== account.ledger) return 'exists_with_different_ledger';
  if (existing.code !== account.code) return 'exists_with_different_code';
  return 'exists';
}
