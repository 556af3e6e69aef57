import type { Book } from './book.ts';
import { accountFlags, has, transferFlags } from './flags.ts';
import { type Account, type Transfer, amountMax } from './port.ts';
import type { CreateTransferResult } from './results.ts';

export interface Sides {
  readonly debit: Account;
  readonly credit: Account;
}

const overflows = (...parts: readonly bigint[]): boolean =>
  parts.reduce((sum, part) => sum + part) > amountMax;

/** Why this amount may not move between the accounts; undefined when it may. */
export function refusedAmount(
  { debit, credit }: Sides,
  amount: bigint,
  pending: boolean,
): CreateTransferResult | undefined {
  if (pending && overflows(amount, debit.debitsPending)) return 'overflows_debits_pending';
  if (pending && overflows(amount, credit.creditsPending)) return 'overflows_credits_pending';
  if (overflows(amount, debit.debitsPosted)) return 'overflows_debits_posted';
  if (overflows(amount, credit.creditsPosted)) return 'overflows_credits_posted';
  if (overflows(amount, debit.debitsPending, debit.debitsPosted)) return 'overflows_debits';
  if (overflows(amount, credit.creditsPending, credit.creditsPosted)) return 'overflows_credits';
  return undefined;
}

/** Why the accounts' own limits forbid it. */
export function refusedBalance({ debit, credit }: Sides, amount: bigint): CreateTransferResult | undefined {
  const debits = debit.debitsPending + debit.debitsPosted + amount;
  if (has(debit.flags, accountFlags.debitsMustNotExceedCredits) && debits > debit.creditsPosted) {
    return 'exceeds_credits';
  }
  const credits = credit.creditsPending + credit.creditsPosted + amount;
  if (has(credit.flags, accountFlags.creditsMustNotExceedDebits) && credits > credit.debitsPosted) {
    return 'exceeds_debits';
  }
  return undefined;
}

/** What a balancing transfer moves: as much as is there, at most what was asked. */
export function balancedAmount({ debit, credit }: Sides, transfer: Transfer): bigint {
  let { amount } = transfer;
  const atMost = (there: bigint) => {
    amount = there < 0n ? 0n : there < amount ? there : amount;
  };
  if (has(transfer.flags, transferFlags.balancingDebit)) {
    atMost(debit.creditsPosted - debit.debitsPosted - debit.debitsPending);
  }
  if (has(transfer.flags, transferFlags.balancingCredit)) {
    atMost(credit.debitsPosted - credit.creditsPosted - credit.creditsPending);
  }
  return amount;
}

/** Moves amounts; negative ones release what was pending. `closed` opens or closes the sides that are named. */
export function move(
  book: Book,
  { debit, credit }: Sides,
  moved: {
    readonly pending: bigint;
    readonly posted: bigint;
    readonly closed?: { readonly sides: number; readonly to: boolean };
  },
): void {
  const flags = (account: Account, bit: number) => {
    if (moved.closed === undefined || !has(moved.closed.sides, bit)) return account.flags;
    return moved.closed.to ? account.flags | accountFlags.closed : account.flags & ~accountFlags.closed;
  };
  book.putAccount({
    ...debit,
    debitsPending: debit.debitsPending + moved.pending,
    debitsPosted: debit.debitsPosted + moved.posted,
    flags: flags(debit, transferFlags.closingDebit),
  });
  book.putAccount({
    ...credit,
    creditsPending: credit.creditsPending + moved.pending,
    creditsPosted: credit.creditsPosted + moved.posted,
    flags: flags(credit, transferFlags.closingCredit),
  });
}
