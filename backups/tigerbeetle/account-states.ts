import { hasFlag, transferFlags } from '../../stores/ledger/port.ts';
import { type Balances, endsPending } from './ledger-state.ts';

export type Side = 'debit' | 'credit';

/** A pending amount that is released at some time unless it is posted or voided before. */
export interface Expiring {
  readonly id: bigint;
  readonly side: Side;
  readonly amount: bigint;
  /** ns. */
  readonly expires: bigint;
}

/** What a transfer after T means to an account that it names. */
export interface LaterTransfer {
  readonly id: bigint;
  readonly side: Side;
  readonly flags: number;
  readonly amount: bigint;
  /** ns; 0: never. */
  readonly expires: bigint;
  /** Of one that posts or voids another: what was pending; undefined where that is not known. */
  readonly ended: { readonly id: bigint; readonly amount: bigint } | undefined;
}

/**
 * Whether an account can have been seen with these balances, at some moment from T on: T's balances, nothing released,
 * are `base`, and `later` are the account's transfers after T, in order. Transfers apply one after the other. Pending
 * ones are released in the order in which they expire, at moments that no transfer tells of.
 */
export async function couldBeSeen(
  seen: Balances,
  history: {
    readonly base: Balances;
    /** Those open at T, in the order in which they expire. */
    readonly expiring: readonly Expiring[];
    readonly later: AsyncIterable<LaterTransfer>;
  },
): Promise<boolean> {
  let state = history.base;
  const expiring = [...history.expiring];
  if (released(state, seen, expiring)) return true;
  for await (const { id, side, flags, amount, expires, ended } of history.later) {
    if (endsPending(flags)) {
      if (ended === undefined) return false;
      state = moved(state, side, { pending: -ended.amount, posted: 0n });
      const place = expiring.findIndex((one) => one.id === ended.id);
      if (place !== -1) expiring.splice(place, 1);
      if (hasFlag(flags, transferFlags.postPendingTransfer))
        state = moved(state, side, { pending: 0n, posted: amount });
    } else if (hasFlag(flags, transferFlags.pending)) {
      state = moved(state, side, { pending: amount, posted: 0n });
      if (expires > 0n) {
        const after = expiring.findLastIndex((one) => one.expires <= expires);
        expiring.splice(after + 1, 0, { id, side, amount, expires });
      }
    } else {
      state = moved(state, side, { pending: 0n, posted: amount });
    }
    if (released(state, seen, expiring)) return true;
  }
  return false;
}

function moved(
  state: Balances,
  side: Side,
  { pending, posted }: { readonly pending: bigint; readonly posted: bigint },
): Balances {
  return side === 'debit'
    ? {
        ...state,
        debitsPosted: state.debitsPosted + posted,
        debitsPending: state.debitsPending + pending,
      }
    : {
        ...state,
        creditsPosted: state.creditsPosted + posted,
        creditsPending: state.creditsPending + pending,
      };
}

/** Whether what was seen is the state after some of the first to expire have been released. */
function released(state: Balances, seen: Balances, expiring: readonly Expiring[]): boolean {
  if (state.debitsPosted !== seen.debitsPosted || state.creditsPosted !== seen.creditsPosted) return false;
  let debit = state.debitsPending - seen.debitsPending;
  let credit = state.creditsPending - seen.creditsPending;
  for (const { side, amount } of expiring) {
    if (debit <= 0n && credit <= 0n) break;
    if (side === 'debit') debit -= amount;
    else credit -= amount;
  }
  return debit === 0n && credit === 0n;
}
