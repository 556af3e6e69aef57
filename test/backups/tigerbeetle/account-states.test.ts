import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  couldBeSeen,
  type Expiring,
  type LaterTransfer,
  type Side,
} from '../../../backups/tigerbeetle/account-states.ts';
import type { Balances } from '../../../backups/tigerbeetle/ledger-state.ts';
import { transferFlags as flags } from '../../../stores/ledger/port.ts';

const runs = { numRuns: process.env['SOAK'] === undefined ? 3000 : 200_000 };

/** A pending transfer of the account; `expires` is a place in the order, 0: never. */
interface Pending {
  readonly side: Side;
  readonly amount: bigint;
  readonly expires: number;
}

/** What comes after T: a pending transfer, one that is posted at once, or the end of one of the pending ones. */
type Step =
  | { readonly kind: 'pending'; readonly one: Pending }
  | { readonly kind: 'posted'; readonly side: Side; readonly amount: bigint }
  | { readonly kind: 'end'; readonly which: number; readonly post: boolean };

interface State {
  readonly balances: Balances;
  /** In the order in which they expire. */
  readonly open: readonly Pending[];
}

const nothing: Balances = { debitsPosted: 0n, creditsPosted: 0n, debitsPending: 0n, creditsPending: 0n };

function plus(balances: Balances, kind: 'Posted' | 'Pending', side: Side, amount: bigint): Balances {
  const name = `${side}s${kind}` as const;
  return { ...balances, [name]: balances[name] + amount };
}

function inOrder(open: readonly Pending[]): readonly Pending[] {
  return open.filter(({ expires }) => expires > 0).sort((a, b) => a.expires - b.expires);
}

/** Every state at and after T, and the same as the transfers that the check is given. */
function play(atT: readonly Pending[], steps: readonly Step[]) {
  const all = [...atT];
  const ended = new Map<Pending, bigint>();
  const since = new Map<Pending, bigint>();
  const later: LaterTransfer[] = [];
  let balances = atT.reduce((sum, { side, amount }) => plus(sum, 'Pending', side, amount), nothing);
  const base = balances;
  const openNow = () => inOrder(all.filter((one) => !ended.has(one)));
  const states: State[] = [{ balances, open: openNow() }];
  for (const [n, step] of steps.entries()) {
    const timestamp = BigInt(100 + n);
    if (step.kind === 'pending') {
      const one = { ...step.one };
      all.push(one);
      since.set(one, timestamp);
      balances = plus(balances, 'Pending', one.side, one.amount);
      later.push({ timestamp, side: one.side, flags: flags.pending, amount: one.amount, ended: undefined });
    } else if (step.kind === 'posted') {
      balances = plus(balances, 'Posted', step.side, step.amount);
      later.push({ timestamp, side: step.side, flags: 0, amount: step.amount, ended: undefined });
    } else {
      const open = all.filter((one) => !ended.has(one));
      const one = open[step.which % Math.max(open.length, 1)];
      if (one === undefined) continue;
      ended.set(one, timestamp);
      const posted = step.post ? one.amount / 2n : 0n;
      balances = plus(plus(balances, 'Pending', one.side, -one.amount), 'Posted', one.side, posted);
      const kind = step.post ? flags.postPendingTransfer : flags.voidPendingTransfer;
      later.push({ timestamp, side: one.side, flags: kind, amount: posted, ended: one.amount });
    }
    states.push({ balances, open: openNow() });
  }
  const expiring = inOrder(all).map((one): Expiring => {
    const { side, amount } = one;
    return { side, amount, since: since.get(one) ?? 0n, until: ended.get(one) };
  });
  return { base, states, history: { base, later, expiring } };
}

/** All balances that can be seen in a state: some of the first to expire may have been released. */
function seenIn({ balances, open }: State): readonly Balances[] {
  let left = balances;
  return [
    left,
    ...open.map(({ side, amount }) => {
      left = plus(left, 'Pending', side, -amount);
      return left;
    }),
  ];
}

async function* given<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

const side = fc.constantFrom<Side>('debit', 'credit');
// Few different amounts, so that much adds up to the same.
const amount = fc.bigInt({ min: 0n, max: 3n });
const pending = fc.record({ side, amount, expires: fc.nat({ max: 12 }) });
const step = fc.oneof(
  fc.record({ kind: fc.constant('pending' as const), one: pending }),
  fc.record({ kind: fc.constant('posted' as const), side, amount }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(), post: fc.boolean() }),
);
const histories = fc.tuple(fc.array(pending, { maxLength: 8 }), fc.array(step, { maxLength: 8 }));

describe('what an account can have been seen with', () => {
  it('is what it had between two transfers with some of the first to expire released, and nothing else', async () => {
    const change = fc.bigInt({ min: -2n, max: 2n });
    const property = fc.asyncProperty(
      ...[histories, fc.nat(), fc.nat(), change, change],
      async ([atT, steps], which, released, debits, credits) => {
        const { states, history } = play(atT, steps);
        const possible = states.flatMap(seenIn);
        const picked = seenIn(states[which % states.length] ?? { balances: nothing, open: [] });
        const real = picked[released % picked.length] ?? nothing;
        const seen = plus(plus(real, 'Pending', 'debit', debits), 'Pending', 'credit', credits);
        const same = (one: Balances): boolean =>
          Object.keys(one).every((name) => Reflect.get(one, name) === Reflect.get(seen, name));
        const { base, later, expiring } = history;
        expect(await couldBeSeen(seen, { base, later: given(later), expiring: given(expiring) })).toBe(
          possible.some(same),
        );
      },
    );
    await fc.assert(property, runs);
  });

  it('is found among many transfers and many amounts that expired, in steps that other work comes between', async () => {
    const count = 50_000;
    const base = { ...nothing, debitsPending: 10n * BigInt(count) };
    const later = Array.from({ length: count }, (_, n): LaterTransfer => ({
      ...{ timestamp: BigInt(100 + n), side: 'debit', flags: flags.pending, amount: 10n },
      ended: undefined,
    }));
    // One unit is missing at each moment, whatever was released; those after T expire first.
    const old: Expiring = { side: 'debit', amount: 10n, since: 0n, until: undefined };
    const expiring = [
      ...later.map(({ timestamp }) => ({ ...old, since: timestamp })),
      ...later.map(() => old),
    ];
    const begun = Date.now();
    const history = { base, later: given(later), expiring: given(expiring) };
    expect(await couldBeSeen({ ...base, debitsPending: base.debitsPending - 1n }, history)).toBe(false);
    // Every moment with every amount would be minutes.
    expect(Date.now() - begun).toBeLessThan(20_000);
  });
});
