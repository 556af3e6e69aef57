import {
  type Account,
  accountFlags,
  amountMax,
  type Ledger,
  transferFlags as flags,
} from '../../stores/ledger/port.ts';
import type { ledgerScope } from './ledger-events.ts';
import type { LedgerModel } from './ledger-model.ts';

type Scope = ReturnType<typeof ledgerScope>;

/** Numbers of accounts, by what they are for: the first of each, and how many. */
export const groups = {
  plain: [1, 200],
  /** Debits must not exceed credits. */
  debitLimited: [201, 20],
  creditLimited: [221, 20],
  closed: [241, 20],
  /** Pairs that move nearly all that 128 bits hold. */
  large: [261, 20],
  /** No pending transfer of theirs expires. */
  balanced: [281, 20],
  imported: [301, 10],
} as const;

export const createdClosed = 320;
export const everything = {
  userData128: amountMax,
  userData64: 2n ** 64n - 1n,
  userData32: 2 ** 32 - 1,
  code: 65_535,
};
const extremeLedger = 2 ** 32 - 1;
/** 2020-01-01 in ns. */
const longAgo = 1_577_836_800_000_000_000n;

/** Accounts of every kind, and a history that was imported before the ledger was used. */
export async function openAccounts(ledger: Ledger, model: LedgerModel, scope: Scope): Promise<void> {
  const { id, account, transfer, end } = scope;
  const [first, count] = groups.imported;
  const born = (n: number) => ({ timestamp: longAgo + BigInt(n) });
  await model.createAccounts(
    ledger,
    Array.from({ length: count }, (_, n) =>
      account(first + n, {
        ...everything,
        ...born(n),
        flags: accountFlags.imported | (n === 3 ? accountFlags.linked : 0),
      }),
    ),
  );
  const between = (n: number) => ({
    ...born(1000 + n),
    debitAccountId: id(first + (n % count)),
    creditAccountId: id(first + ((n + 1) % count)),
  });
  await model.createTransfers(ledger, [
    transfer(900, { ...between(0), flags: flags.imported }),
    transfer(901, { ...between(1), flags: flags.imported | flags.linked }),
    transfer(902, { ...between(2), flags: flags.imported | flags.pending, ...everything }),
    end(903, 902, { ...born(1003), flags: flags.imported | flags.postPendingTransfer, amount: 3n }),
    transfer(904, { ...between(4), flags: flags.imported | flags.pending }),
  ]);
  const numbered = ([from, length]: readonly [number, number], fields: (n: number) => Partial<Account>) =>
    Array.from({ length }, (_, n) => account(from + n, fields(n)));
  await model.createAccounts(ledger, [
    ...numbered(groups.plain, (n) => ({
      ...(n % 3 === 0 ? everything : { userData128: BigInt(n) << 64n, userData64: BigInt(n), userData32: n }),
      flags: (n % 10 === 3 ? accountFlags.linked : 0) | (n % 4 === 1 ? accountFlags.history : 0),
    })),
    ...numbered(groups.debitLimited, () => ({ flags: accountFlags.debitsMustNotExceedCredits })),
    ...numbered(groups.creditLimited, () => ({ flags: accountFlags.creditsMustNotExceedDebits })),
    ...numbered(groups.closed, () => ({ flags: accountFlags.history })),
    ...numbered(groups.large, () => everything),
    ...numbered(groups.balanced, (n) =>
      n % 2 === 0 ? {} : { flags: accountFlags.debitsMustNotExceedCredits },
    ),
    account(createdClosed, { flags: accountFlags.closed | accountFlags.history }),
    account(0, { ...everything, id: 1n, ledger: extremeLedger }),
    account(0, { ...everything, id: amountMax - 1n, ledger: extremeLedger }),
  ]);
  await model.createTransfers(ledger, [
    transfer(0, {
      ...{ ...everything, id: amountMax - 1n, ledger: extremeLedger, amount: amountMax },
      ...{ debitAccountId: 1n, creditAccountId: amountMax - 1n },
    }),
  ]);
}
