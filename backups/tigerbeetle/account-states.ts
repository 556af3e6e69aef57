import { hasFlag, type Transfer, transferFlags } from '../../stores/ledger/port.ts';
import { type Balances, endsPending } from './ledger-state.ts';

/** A pending amount that is released at some time unless it is posted or voided before. */
export interface Expiring {
  readonly id: bigint;
  readonly expires: bigint;
  readonly debit: bigint;
  readonly credit: bigint;
}

/**
 * Whether an account can have been seen with these balances, at some moment from T on: T's balances, nothing released,
 * are `base`, and `later` are the account's transfers after T, in order. Transfers apply one after the other. Pending
 * ones are released in the order in which they expire, at moments that no transfer tells of.
 */
export function couldBeSeen(
  account: bigint,
  seen: Balances,
  history: {
    readonly base: Balances;
    readonly later: readonly Transfer[];
    /** Those open at T. */
    readonly expiring: readonly Expiring[];
    /** Pending transfers that later ones end, by id. */
    readonly pendings: ReadonlyMap<bigint, Transfer>;
  },
): boolean {
  let state = history.base;
  let expiring = [...history.expiring].sort(byExpiry);
  if (released(state, seen, expiring)) return true;
  for (const transfer of history.later) {
    if (endsPending(transfer.flags)) {
      const pending = history.pendings.get(transfer.pendingId);
      if (pending === undefined) return false;
      state = moved(state, account, { transfer: pending, pending: -pending.amount, posted: 0n });
      expiring = expiring.filter(({ id }) => id !== pending.id);
      if (hasFlag(transfer.flags, transferFlags.postPendingTransfer)) {
        state = moved(state, account, { transfer, pending: 0n, posted: transfer.amount });
      }
    } else if (hasFlag(transfer.flags, transferFlags.pending)) {
      state = moved(state, account, { transfer, pending: transfer.amount, posted: 0n });
      if (transfer.timeout > 0) expiring = [...expiring, expiringOf(transfer, account)].sort(byExpiry);
    } else {
      state = moved(state, account, { transfer, pending: 0n, posted: transfer.amount });
    }
    if (released(state, seen, expiring)) return true;
  }
  return false;
}

function moved(
  state: Balances,
  account: bigint,
  {
    transfer,
    pending,
    posted,
  }: { readonly transfer: Transfer; readonly pending: bigint; readonly posted: bigint },
): Balances {
  const debit = transfer.debitAccountId === account ? 1n : 0n;
  const credit = transfer.creditAccountId === account ? 1n : 0n;
  return {
    debitsPosted: state.debitsPosted + debit * posted,
    creditsPosted: state.creditsPosted + credit * posted,
    debitsPending: state.debitsPending + debit * pending,
    creditsPending: state.creditsPending + credit * pending,
  };
}

/** Whether what was seen is the state after some of the first to expire have been released. */
function released(state: Balances, seen: Balances, expiring: readonly Expiring[]): boolean {
  if (state.debitsPosted !== seen.debitsPosted || state.creditsPosted !== seen.creditsPosted) return false;
  let debit = state.debitsPending - seen.debitsPending;
  let credit = state.creditsPending - seen.creditsPending;
  for (const next of expiring) {
    if (debit === 0n && credit === 0n) return true;
    debit -= next.debit;
    credit -= next.credit;
  }
  return debit === 0n && credit === 0n;
}

function expiringOf(transfer: Transfer, account: bigint): Expiring {
  return {
    id: transfer.id,
    expires: transfer.timestamp + BigInt(transfer.timeout) * 1_000_000_000n,
    debit: transfer.debitAccountId === account ? transfer.amount : 0n,
    credit: transfer.creditAccountId === account ? transfer.amount : 0n,
  };
}

function byExpiry(a: Expiring, b: Expiring): number {
  return a.expires < b.expires ? -1 : a.expires > b.expires ? 1 : 0;
}
