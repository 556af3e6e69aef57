import { amountMax, type Ledger, type Transfer, transferFlags as flags } from '../../stores/ledger/port.ts';
import { createDice } from './dice.ts';
import { createdClosed, everything, groups } from './ledger-accounts.ts';
import type { ledgerScope } from './ledger-events.ts';
import type { LedgerModel } from './ledger-model.ts';

type Scope = ReturnType<typeof ledgerScope>;

/** A client that writes batch after batch, each event with some of the flags there are; what is refused stays out. */
export function ledgerClient(
  { ledger, model, scope }: { readonly ledger: Ledger; readonly model: LedgerModel; readonly scope: Scope },
  {
    number,
    seed,
    timeouts,
  }: { readonly number: number; readonly seed: number; readonly timeouts: readonly [number, ...number[]] },
) {
  const dice = createDice(seed + number);
  const { id, transfer, end, account } = scope;
  /** Pending transfers, by number, that nobody has ended as far as this client knows. */
  const open: number[] = [];
  let last = number * 100_000_000;
  let accounts = last;

  const member = ([from, count]: readonly [number, number]) => id(from + dice.below(count));
  const amount = (): bigint =>
    dice.pick([0n, 1n, BigInt(dice.below(1000)), 2n ** 64n + BigInt(dice.below(1000))]);
  const marks = (): Partial<Transfer> =>
    dice.pick<Partial<Transfer>>([
      {},
      everything,
      { userData128: 2n ** 127n, code: 1 },
      { userData64: 1n, userData32: 7 },
    ]);

  function move(fields: Partial<Transfer> = {}): Transfer {
    const [debitAccountId, creditAccountId] = [member(groups.plain), member(groups.plain)];
    const other =
      debitAccountId === creditAccountId ? id(groups.plain[0] + groups.plain[1] - 1) : creditAccountId;
    last += 1;
    return transfer(last, {
      ...marks(),
      debitAccountId,
      creditAccountId: other,
      amount: amount(),
      ...fields,
    });
  }

  function pending(fields: Partial<Transfer> = {}): Transfer {
    const made = move({
      timeout: dice.pick(timeouts),
      ...fields,
      flags: flags.pending | (fields.flags ?? 0),
    });
    open.push(last);
    return made;
  }

  function ending(): Transfer[] {
    const [which] = open.splice(dice.below(open.length), 1);
    if (which === undefined) return [];
    last += 1;
    const posts = { flags: flags.postPendingTransfer };
    const how = dice.pick<Partial<Transfer>>([
      { ...posts, amount: amountMax },
      { ...posts, amount: 0n },
      { ...posts, amount: 1n, ...marks(), code: 0 },
      { flags: flags.voidPendingTransfer },
      { flags: flags.voidPendingTransfer, userData64: 99n },
    ]);
    return [end(last, which, how)];
  }

  function chain(): Transfer[] {
    const links = Array.from({ length: 1 + dice.below(4) }, () =>
      dice.oneIn(3) ? pending({ flags: flags.linked }) : move({ flags: flags.linked }),
    );
    // One that is refused takes the whole chain with it.
    return [...links, dice.oneIn(5) ? move({ debitAccountId: id(createdClosed) }) : move()];
  }

  function limited(): Transfer[] {
    const [debit, credit] = [member(groups.debitLimited), member(groups.creditLimited)];
    const large = BigInt(dice.below(10_000));
    return [
      dice.pick([
        () => move({ creditAccountId: debit, amount: large }),
        () => move({ debitAccountId: credit, amount: large }),
        () => move({ debitAccountId: debit, amount: large / 2n }),
        () => move({ creditAccountId: credit, amount: large / 2n }),
        () => pending({ debitAccountId: debit, creditAccountId: credit, amount: large / 2n }),
      ])(),
    ];
  }

  function balancing(): Transfer[] {
    const [one, other] = [member(groups.balanced), member(groups.plain)];
    const held = dice.oneIn(4) ? flags.pending : 0;
    return [
      dice.pick([
        () => move({ debitAccountId: other, creditAccountId: one, amount: BigInt(dice.below(5000)) }),
        () => move({ debitAccountId: one, creditAccountId: other, amount: BigInt(dice.below(2000)) }),
        () =>
          move({
            debitAccountId: one,
            creditAccountId: other,
            amount: 3000n,
            flags: flags.balancingDebit | held,
          }),
        () =>
          move({
            debitAccountId: other,
            creditAccountId: one,
            amount: amountMax,
            flags: flags.balancingCredit | held,
          }),
      ])(),
    ];
  }

  function closing(): Transfer[] {
    const [debit, credit] = [member(groups.closed), member(groups.closed)];
    if (debit === credit) return [move({ debitAccountId: debit })];
    const flag = dice.pick([
      flags.closingDebit,
      flags.closingCredit,
      flags.closingDebit | flags.closingCredit,
    ]);
    const shut = pending({
      debitAccountId: debit,
      creditAccountId: credit,
      flags: flag,
      amount: dice.pick([0n, 5n]),
    });
    const made = last;
    if (!dice.oneIn(3)) open.splice(open.indexOf(made), 1);
    last += 1;
    return dice.oneIn(3) ? [shut] : [shut, end(last, made, { flags: flags.voidPendingTransfer })];
  }

  function large(): Transfer[] {
    const pair = groups.large[0] + 2 * dice.below(groups.large[1] / 2);
    const between = {
      debitAccountId: id(pair),
      creditAccountId: id(pair + 1),
      amount: amountMax - BigInt(dice.below(3)),
    };
    if (dice.oneIn(20)) return [move(between)];
    const made = pending({ ...between, timeout: 0 });
    const which = open.pop() ?? last;
    last += 1;
    return [made, end(last, which, { flags: flags.voidPendingTransfer })];
  }

  const group = (): Transfer[] =>
    dice.pick<() => Transfer[]>([
      ...[() => [move()], () => [move()], () => [move()], () => [pending()], () => [pending()]],
      ...[ending, ending, chain, limited, limited, balancing, balancing, closing, large],
    ] as [() => Transfer[], ...(() => Transfer[])[]])();

  return {
    /** Writes `count` events or a few more, and now and then some accounts. */
    async write(count: number): Promise<void> {
      const events: Transfer[] = [];
      while (events.length < count) events.push(...group());
      await model.createTransfers(ledger, events);
      if (!dice.oneIn(4)) return;
      await model.createAccounts(
        ledger,
        Array.from({ length: 1 + dice.below(5) }, (_, n) =>
          account((accounts += 1), { ...everything, userData32: n }),
        ),
      );
    },
  };
}
