import { accountFlags, hasFlag, type Transfer, transferFlags as flag } from '../../../stores/ledger/port.ts';
import { endsPending } from '../ledger-state.ts';

type Side = 'debit' | 'credit';

interface Open extends Pick<Transfer, 'timestamp' | 'amount' | 'debitAccountId' | 'creditAccountId'> {
  /** ns; undefined: never. */
  readonly expires: bigint | undefined;
  ended: boolean;
}

interface Watched {
  readonly flags: number;
  readonly pending: Record<Side, bigint>;
  readonly posted: Record<Side, bigint>;
  /** In the order in which they expire. */
  readonly expiring: Record<Side, Open[]>;
  closedBy: Open | undefined;
}

const sides = ['debit', 'credit'] as const;
const ofSide = {
  debit: { id: 'debitAccountId', closing: flag.closingDebit, balancing: flag.balancingDebit },
  credit: { id: 'creditAccountId', closing: flag.closingCredit, balancing: flag.balancingCredit },
} as const;
const limitOf = {
  debit: accountFlags.debitsMustNotExceedCredits,
  credit: accountFlags.creditsMustNotExceedDebits,
};

/**
 * Which pending transfers had expired before a transfer was imported with a timestamp from before they did: the ledger
 * took it, and would not have while they were open. Those that expire first were released first, so none is named that was
 * still open. Rows do not say when they were imported, and nothing else tells it.
 */
export function findEarlyReleases(
  /** Flags of accounts whose balances matter, by id. */
  accounts: ReadonlyMap<bigint, number>,
): {
  /** All transfers of the history, in order. */
  readonly take: (transfer: Transfer) => void;
  /** By the timestamps of those pending transfers the first one at which they can have been released, ns. */
  readonly found: ReadonlyMap<bigint, bigint>;
} {
  const watched = new Map<bigint, Watched>();
  for (const [id, flags] of accounts) watched.set(id, unused(flags));
  const opens = new Map<bigint, Open>();
  const found = new Map<bigint, bigint>();
  let last = 0n;
  let inChain = false;
  /** The newest timestamps that no transfer has, outside of chains; `to` is not among them. */
  let gap = { from: 0n, to: 0n };

  const accountOf = (one: Pick<Transfer, 'debitAccountId' | 'creditAccountId'>, side: Side) =>
    watched.get(one[ofSide[side].id]);

  function end(open: Open): void {
    open.ended = true;
    for (const side of sides) {
      const account = accountOf(open, side);
      if (account === undefined) continue;
      account.pending[side] -= open.amount;
      if (account.closedBy === open) account.closedBy = undefined;
    }
  }

  /** What would have to be released before the ledger takes a transfer as it is. */
  function inTheWay(transfer: Transfer): Open | undefined {
    for (const side of sides) {
      const account = accountOf(transfer, side);
      if (account?.closedBy !== undefined) return account.closedBy;
      if (account === undefined || !isOver(account, side, transfer)) continue;
      const first = firstOf(account.expiring[side]);
      if (first !== undefined) return first;
    }
    return undefined;
  }

  /** False where it cannot be: it never expires, or no timestamp is left. */
  function release(open: Open): boolean {
    if (open.expires === undefined) return false;
    if (open.expires >= gap.to) {
      if (gap.from <= open.timestamp || gap.from >= gap.to) return false;
      found.set(open.timestamp, gap.from);
      gap = { ...gap, from: gap.from + 1n };
    }
    end(open);
    return true;
  }

  function keep(transfer: Transfer): void {
    const { timestamp, timeout, amount, flags, debitAccountId, creditAccountId } = transfer;
    const expires = timeout === 0 ? undefined : timestamp + BigInt(timeout) * 1_000_000_000n;
    const open: Open = { timestamp, expires, amount, debitAccountId, creditAccountId, ended: false };
    for (const side of sides) {
      const account = accountOf(transfer, side);
      if (account === undefined) continue;
      opens.set(transfer.id, open);
      account.pending[side] += amount;
      if (expires !== undefined) insert(account.expiring[side], open);
      if (hasFlag(flags, ofSide[side].closing)) account.closedBy = open;
    }
  }

  function apply(transfer: Transfer): void {
    if (hasFlag(transfer.flags, flag.pending)) {
      keep(transfer);
      return;
    }
    const open = opens.get(transfer.pendingId);
    if (open !== undefined) {
      opens.delete(transfer.pendingId);
      if (!open.ended) end(open);
    }
    if (hasFlag(transfer.flags, flag.voidPendingTransfer)) return;
    for (const side of sides) {
      const account = accountOf(transfer, side);
      if (account !== undefined) account.posted[side] += transfer.amount;
    }
  }

  return {
    found,
    take(transfer) {
      const { timestamp, flags } = transfer;
      if (!inChain && timestamp > last + 1n) gap = { from: last + 1n, to: timestamp };
      if (hasFlag(flags, flag.imported) && !hasFlag(flags, flag.voidPendingTransfer)) {
        for (let open = inTheWay(transfer); open !== undefined && release(open);) open = inTheWay(transfer);
      }
      apply(transfer);
      last = timestamp;
      inChain = hasFlag(flags, flag.linked);
    },
  };
}

function unused(flags: number): Watched {
  return {
    ...{ flags, closedBy: undefined },
    pending: { debit: 0n, credit: 0n },
    posted: { debit: 0n, credit: 0n },
    expiring: { debit: [], credit: [] },
  };
}

function isOver({ flags, pending, posted }: Watched, side: Side, transfer: Transfer): boolean {
  const balances = hasFlag(transfer.flags, ofSide[side].balancing) && transfer.amount > 0n;
  if (endsPending(transfer.flags) || !(balances || hasFlag(flags, limitOf[side]))) return false;
  return pending[side] + posted[side] + transfer.amount > posted[side === 'debit' ? 'credit' : 'debit'];
}

/** Most have the same timeout, so that their place is the last one. */
function insert(expiring: Open[], open: Open): void {
  const expires = open.expires ?? 0n;
  let at = expiring.length;
  while (at > 0 && (expiring[at - 1]?.expires ?? 0n) > expires) at -= 1;
  expiring.splice(at, 0, open);
  firstOf(expiring);
}

function firstOf(expiring: Open[]): Open | undefined {
  while (expiring[0]?.ended === true) expiring.shift();
  return expiring[0];
}
