import { createAccount } from './account-rules.ts';
import { type BookContent, type Changes, openBook } from './book.ts';
import { accountFlags, transferFlags } from './flags.ts';
import { expirePending } from './pending-rules.ts';
import type { Account, Created, Transfer } from './port.ts';
import type { CreateAccountResult, CreateTransferResult } from './results.ts';
import { runBatch } from './run-batch.ts';
import { createTransfer } from './transfer-rules.ts';

export interface Outcome<Result> {
  readonly results: readonly Created<Result>[];
  readonly changes: Changes;
}

export function createAccountsInBook(
  content: BookContent,
  accounts: readonly Account[],
  first: bigint,
): Outcome<CreateAccountResult> {
  const { book, changes } = openBook(content);
  const results = runBatch<Account, CreateAccountResult>(book, accounts, {
    first,
    imported: accountFlags.imported,
    create: createAccount,
    timestampOf: (from, id) => from.account(id)?.timestamp ?? 0n,
    burns: false,
  });
  return { results, changes: changes() };
}

/** `due`: pending transfers with a timeout, which are released first where their time is up. */
export function createTransfersInBook(
  content: BookContent,
  transfers: readonly Transfer[],
  { first, due }: { readonly first: bigint; readonly due: readonly bigint[] },
): Outcome<CreateTransferResult> {
  const { book, changes } = openBook(content);
  for (const id of due) expirePending(book, id, first);
  const results = runBatch<Transfer, CreateTransferResult>(book, transfers, {
    first,
    imported: transferFlags.imported,
    create: createTransfer,
    timestampOf: (from, id) => from.transfer(id)?.timestamp ?? 0n,
    burns: true,
  });
  return { results, changes: changes() };
}
