import {
  type Account,
  accountFlags,
  amountMax,
  type Created,
  hasFlag,
  type Ledger,
  type Transfer,
  transferFlags as flags,
} from '../../stores/ledger/port.ts';

/** What a ledger held at a moment: rows as it gives them, a restored one too but for `imported` and timeouts. */
export interface LedgerState {
  /** With balances; pending amounts that had expired are released. */
  readonly accounts: readonly Account[];
  readonly transfers: readonly Transfer[];
  /** In the order in which they expire. */
  readonly expired: readonly { readonly pending: Transfer; readonly expires: bigint }[];
  readonly open: readonly { readonly id: bigint; readonly expires: bigint }[];
}

/** Remembers what a ledger has taken, and works out by itself what it then held at any moment. */
export interface LedgerModel {
  createAccounts(ledger: Ledger, accounts: readonly Account[]): Promise<readonly Created<string>[]>;
  createTransfers(ledger: Ledger, transfers: readonly Transfer[]): Promise<readonly Created<string>[]>;
  /** Transfers taken so far. */
  taken(): number;
  /** Of all that was taken, in order. */
  timestamps(): readonly bigint[];
  at(moment: bigint): LedgerState;
}

type Amounts = Pick<Account, 'id' | keyof typeof fresh>;
const fresh = { debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };
const ends = flags.postPendingTransfer | flags.voidPendingTransfer;

export function createLedgerModel(): LedgerModel {
  const accounts: Account[] = [];
  const transfers: Transfer[] = [];
  let resolved: readonly Transfer[] = [];

  const keep = <Row extends Account | Transfer>(
    into: Row[],
    rows: readonly Row[],
    created: readonly Created<string>[],
  ) => {
    created.forEach(({ result, timestamp }, index) => {
      const row = rows[index];
      if (row !== undefined && result === 'created') into.push({ ...row, timestamp });
    });
    return created;
  };

  return {
    createAccounts: async (ledger, rows) => keep(accounts, rows, await ledger.createAccounts(rows)),
    createTransfers: async (ledger, rows) => keep(transfers, rows, await ledger.createTransfers(rows)),
    taken: () => transfers.length,
    timestamps: () => [...accounts, ...transfers].map(({ timestamp }) => timestamp).sort(ascending),
    at(moment) {
      if (resolved.length !== transfers.length) resolved = asStored(transfers.sort(byTime));
      return stateOf(wholeChains(accounts.sort(byTime), moment), wholeChains(resolved, moment), moment);
    },
  };
}

/** Up to a moment, without the chain that it would cut. */
function wholeChains<Row extends { readonly timestamp: bigint; readonly flags: number }>(
  rows: readonly Row[],
  moment: bigint,
): readonly Row[] {
  const until = rows.filter(({ timestamp }) => timestamp <= moment);
  while (hasFlag(until.at(-1)?.flags ?? 0, flags.linked)) until.pop();
  return until;
}

/** With what the ledger fills in: what a post or a void takes from its pending transfer, what a balancing one moves. */
function asStored(transfers: readonly Transfer[]): readonly Transfer[] {
  const balances = new Map<bigint, Amounts>();
  const pendings = new Map<bigint, Transfer>();
  return transfers.map((transfer) => {
    const stored = hasFlag(transfer.flags, ends) ? ending(transfer, pendings) : balanced(transfer, balances);
    if (hasFlag(stored.flags, flags.pending)) pendings.set(stored.id, stored);
    apply(stored, pendings, balances);
    return stored;
  });
}

function ending(transfer: Transfer, pendings: ReadonlyMap<bigint, Transfer>): Transfer {
  const pending = pendings.get(transfer.pendingId);
  if (pending === undefined)
    throw new Error(`${transfer.id} ends ${transfer.pendingId}, which is not pending`);
  const { debitAccountId, creditAccountId, ledger, code } = pending;
  const all = hasFlag(transfer.flags, flags.voidPendingTransfer) || transfer.amount === amountMax;
  return {
    ...transfer,
    ...{ debitAccountId, creditAccountId, ledger, code },
    amount: all ? pending.amount : transfer.amount,
    userData128: transfer.userData128 === 0n ? pending.userData128 : transfer.userData128,
    userData64: transfer.userData64 === 0n ? pending.userData64 : transfer.userData64,
    userData32: transfer.userData32 === 0 ? pending.userData32 : transfer.userData32,
  };
}

function balanced(transfer: Transfer, balances: ReadonlyMap<bigint, Amounts>): Transfer {
  let { amount } = transfer;
  const atMost = (there: bigint): void => {
    amount = there < 0n ? 0n : there < amount ? there : amount;
  };
  const debit = balances.get(transfer.debitAccountId);
  const credit = balances.get(transfer.creditAccountId);
  if (hasFlag(transfer.flags, flags.balancingDebit)) {
    atMost(debit === undefined ? 0n : debit.creditsPosted - debit.debitsPosted - debit.debitsPending);
  }
  if (hasFlag(transfer.flags, flags.balancingCredit)) {
    atMost(credit === undefined ? 0n : credit.debitsPosted - credit.creditsPosted - credit.creditsPending);
  }
  return { ...transfer, amount };
}

/** Adds what a stored transfer moves. */
function apply(
  transfer: Transfer,
  pendings: ReadonlyMap<bigint, Transfer>,
  balances: Map<bigint, Amounts>,
): void {
  const pending = hasFlag(transfer.flags, ends) ? pendings.get(transfer.pendingId) : undefined;
  if (pending !== undefined) move(balances, pending, { pending: -pending.amount, posted: 0n });
  if (hasFlag(transfer.flags, flags.voidPendingTransfer)) return;
  const opens = hasFlag(transfer.flags, flags.pending);
  move(
    balances,
    transfer,
    opens ? { pending: transfer.amount, posted: 0n } : { pending: 0n, posted: transfer.amount },
  );
}

function move(
  balances: Map<bigint, Amounts>,
  { debitAccountId, creditAccountId }: Transfer,
  { pending, posted }: { readonly pending: bigint; readonly posted: bigint },
): void {
  const of = (id: bigint) => balances.get(id) ?? { ...fresh, id };
  const debit = of(debitAccountId);
  const credit = of(creditAccountId);
  balances.set(debit.id, {
    ...debit,
    debitsPending: debit.debitsPending + pending,
    debitsPosted: debit.debitsPosted + posted,
  });
  balances.set(credit.id, {
    ...credit,
    creditsPending: credit.creditsPending + pending,
    creditsPosted: credit.creditsPosted + posted,
  });
}

function stateOf(accounts: readonly Account[], transfers: readonly Transfer[], moment: bigint): LedgerState {
  const balances = new Map<bigint, Amounts>();
  const pendings = new Map<bigint, Transfer>();
  const waiting = new Map<bigint, Transfer>();
  for (const transfer of transfers) {
    if (hasFlag(transfer.flags, flags.pending)) {
      pendings.set(transfer.id, transfer);
      waiting.set(transfer.id, transfer);
    }
    if (hasFlag(transfer.flags, ends)) waiting.delete(transfer.pendingId);
    apply(transfer, pendings, balances);
  }
  const expiries = [...waiting.values()].map((pending) => ({ pending, expires: expiryOf(pending) }));
  const expired = expiries
    .filter(({ expires }) => expires !== 0n && expires <= moment)
    .sort((a, b) => ascending(a.expires, b.expires) || byTime(a.pending, b.pending));
  for (const { pending } of expired) {
    waiting.delete(pending.id);
    move(balances, pending, { pending: -pending.amount, posted: 0n });
  }
  const closed = new Set(
    [...waiting.values()].flatMap((one) => [
      ...(hasFlag(one.flags, flags.closingDebit) ? [one.debitAccountId] : []),
      ...(hasFlag(one.flags, flags.closingCredit) ? [one.creditAccountId] : []),
    ]),
  );
  return {
    accounts: accounts.map((account) => {
      const { debitsPending, debitsPosted, creditsPending, creditsPosted } =
        balances.get(account.id) ?? fresh;
      const shut = closed.has(account.id) ? accountFlags.closed : 0;
      return {
        ...account,
        ...{ debitsPending, debitsPosted, creditsPending, creditsPosted },
        flags: account.flags | shut,
      };
    }),
    transfers,
    expired,
    open: expiries
      .filter(({ pending }) => waiting.has(pending.id))
      .map(({ pending: { id }, expires }) => ({ id, expires })),
  };
}

function expiryOf({ timeout, timestamp }: Transfer): bigint {
  return timeout === 0 ? 0n : timestamp + BigInt(timeout) * 1_000_000_000n;
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byTime(a: { readonly timestamp: bigint }, b: { readonly timestamp: bigint }): number {
  return ascending(a.timestamp, b.timestamp);
}
