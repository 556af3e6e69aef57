import { setImmediate as turn } from 'node:timers/promises';
import { hasFlag, transferFlags } from '../../stores/ledger/port.ts';
import { type Balances, endsPending } from './ledger-state.ts';
import { createLoweredRow } from './lowered-row.ts';

export type Side = 'debit' | 'credit';

/** A pending amount that is released at some time unless it is posted or voided before. */
export interface Expiring {
  readonly side: Side;
  readonly amount: bigint;
  /** Timestamp of its transfer; 0: there at T. */
  readonly since: bigint;
  /** Timestamp of the transfer after T that posts or voids it; undefined where none does. */
  readonly until: bigint | undefined;
}

/** What a transfer after T means to an account that it names. */
export interface LaterTransfer {
  readonly timestamp: bigint;
  readonly side: Side;
  readonly flags: number;
  readonly amount: bigint;
  /** Of one that posts or voids another: what was pending; undefined where that is not known. */
  readonly ended: bigint | undefined;
}

interface History {
  /** By the transfers up to T, nothing released. */
  readonly base: Balances;
  /** The account's transfers after T, in order; gone through first. */
  readonly later: AsyncIterable<LaterTransfer>;
  /** Its amounts that can be released, of any of these transfers, in the order in which they expire. */
  readonly expiring: AsyncIterable<Expiring>;
}

/** Between two transfers of an account, where it had the posted balances that were seen. */
interface Moments {
  /** Timestamp of the transfer that each begins with; 0: T. */
  readonly since: bigint[];
  /** What must have been released for the pending ones to be those seen, as one number. */
  readonly missing: bigint[];
}

/** Moments that are dropped before other work has its turn. */
const dropsAtOnce = 1000;

/**
 * Whether an account can have been seen with these balances, at some moment from T on. Transfers apply one after the
 * other. Pending ones are released in the order in which they expire, at times that no transfer tells of: at each moment
 * as many of the first may have been as make up the difference. Amounts only add up, so a moment is done with when more
 * than that is released. Nothing is held in memory but the moments: years of expired amounts may be gone through.
 */
export async function couldBeSeen(seen: Balances, history: History): Promise<boolean> {
  const { since, missing } = await momentsOf(seen, history);
  const moments = createLoweredRow(missing);
  let released = 0n;
  let drops = 0;

  /** Whether a moment misses nothing more; those that have too much released are dropped. */
  const met = async (): Promise<boolean> => {
    for (let least = moments.least(); least !== undefined && least <= released; least = moments.least()) {
      if (least === released) return true;
      moments.drop();
      drops += 1;
      if (drops % dropsAtOnce === 0) await turn();
    }
    return false;
  };

  if (await met()) return true;
  for await (const one of history.expiring) {
    if (moments.least() === undefined) return false;
    const [from, to] = [firstFrom(since, one.since), firstFrom(since, one.until)];
    const amount = numberOf(one.side, one.amount);
    // Nearly all were there before T and are never ended.
    if (from === 0 && to === since.length) released += amount;
    else moments.lower(from, to, amount);
    if (await met()) return true;
  }
  return false;
}

async function momentsOf(seen: Balances, { base, later }: History): Promise<Moments> {
  const moments: Moments = { since: [], missing: [] };
  let state = base;
  const look = (since: bigint): void => {
    const debits = state.debitsPending - seen.debitsPending;
    const credits = state.creditsPending - seen.creditsPending;
    if (state.debitsPosted !== seen.debitsPosted || state.creditsPosted !== seen.creditsPosted) return;
    if (debits < 0n || credits < 0n) return;
    moments.since.push(since);
    moments.missing.push(numberOf('debit', debits) + numberOf('credit', credits));
  };
  look(0n);
  for await (const { timestamp, side, flags, amount, ended } of later) {
    if (endsPending(flags)) {
      if (ended === undefined) return moments;
      const posted = hasFlag(flags, transferFlags.postPendingTransfer) ? amount : 0n;
      state = moved(state, side, { pending: -ended, posted });
    } else if (hasFlag(flags, transferFlags.pending)) {
      state = moved(state, side, { pending: amount, posted: 0n });
    } else {
      state = moved(state, side, { pending: 0n, posted: amount });
    }
    look(timestamp);
  }
  return moments;
}

/** The place of the first moment at or after a timestamp; behind the last without one. */
function firstFrom(since: readonly bigint[], timestamp: bigint | undefined): number {
  let [low, high] = [0, since.length];
  while (timestamp !== undefined && low < high) {
    const middle = (low + high) >> 1;
    if ((since[middle] ?? 0n) < timestamp) low = middle + 1;
    else high = middle;
  }
  return timestamp === undefined ? since.length : low;
}

/**
 * Debits and credits as one number that only falls while either is released: both together above, then the debits. It is 0
 * where both are, and nowhere else; below 0 nothing can be made up any more.
 */
function numberOf(side: Side, amount: bigint): bigint {
  return (amount << 256n) + (side === 'debit' ? amount : 0n);
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
