import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findEarlyReleases } from '../../../backups/tigerbeetle/restore/early-releases.ts';
import { type Expired, voidsOf } from '../../../backups/tigerbeetle/restore/release-expired.ts';
import { createMemoryLedger } from '../../../stores/ledger/memory.ts';
import {
  accountFlags,
  batchLimit,
  type Ledger,
  type Transfer,
  transferFlags as flags,
} from '../../../stores/ledger/port.ts';
import { asImported, contentOf } from '../../support/ledger-backups.ts';
import { ledgerScope, results } from '../../support/ledger-events.ts';
import { SettableClock } from '../../support/settable-clock.ts';
import { ledgerSites } from './ledger-sites.ts';

const site = ledgerSites();
const runs = { numRuns: process.env['SOAK'] === undefined ? 200 : 20_000 };
const scope = ledgerScope();
const { id, account, transfer, end } = scope;
const accounts = [
  account(1, { flags: accountFlags.debitsMustNotExceedCredits }),
  account(2, { flags: accountFlags.creditsMustNotExceedDebits }),
  account(3),
  account(4),
];

/** One transfer; what it does to which accounts is drawn, and the ledger refuses much of it. */
const events = fc.record({
  debit: fc.integer({ min: 1, max: 4 }),
  credit: fc.integer({ min: 1, max: 4 }),
  amount: fc.bigInt({ min: 0n, max: 4n }),
  kind: fc.constantFrom<number>(
    ...[0, 0, 0, flags.balancingDebit, flags.balancingCredit, flags.pending, flags.pending, flags.pending],
    ...[flags.pending | flags.closingDebit, flags.pending | flags.closingCredit],
    ...[flags.postPendingTransfer, flags.voidPendingTransfer],
  ),
  timeout: fc.nat({ max: 4 }),
  linked: fc.boolean(),
  /** Of the one that it ends, back from here. */
  back: fc.integer({ min: 1, max: 6 }),
});
const steps = fc.record({
  tick: fc.nat({ max: 3000 }),
  /** After the newest transfer, where they are imported. */
  after: fc.constantFrom(undefined, 1000n, 500_000_000n, 2_000_000_000n),
  events: fc.array(events, { minLength: 1, maxLength: 3 }),
});
type Step = typeof steps extends fc.Arbitrary<infer Of> ? Of : never;

/** A ledger after what was drawn and some time, so that all that can expire has expired. */
async function play(drawn: readonly Step[]): Promise<Ledger> {
  const clock = new SettableClock();
  const ledger = createMemoryLedger({ clock });
  await ledger.createAccounts(accounts);
  await ledger.createTransfers([
    transfer(98, { debitAccountId: id(3), creditAccountId: id(1), amount: 4n }),
    transfer(99, { debitAccountId: id(2), creditAccountId: id(3), amount: 4n }),
  ]);
  let n = 100;
  for (const { tick, after, events: asked } of drawn) {
    clock.tick(tick);
    const [newest] = await ledger.queryTransfers({ limit: 1, reversed: true });
    const begin = (newest?.timestamp ?? BigInt(clock.now()) * 1_000_000n - 10_000_000_000n) + (after ?? 0n);
    await ledger.createTransfers(
      asked.map(({ debit, credit, amount, kind, timeout, linked, back }, at) => {
        const more = after === undefined ? 0 : flags.imported;
        const chained = linked && at < asked.length - 1 ? flags.linked : 0;
        const common = {
          flags: kind | more | chained,
          timestamp: after === undefined ? 0n : begin + BigInt(at * 1000),
        };
        n += 1;
        if ((kind & (flags.postPendingTransfer | flags.voidPendingTransfer)) !== 0)
          return end(n, n - back, common);
        const waits = after === undefined && (kind & flags.pending) !== 0;
        return transfer(n, {
          ...{ ...common, amount, debitAccountId: id(debit), creditAccountId: id(credit) },
          timeout: waits ? timeout : 0,
        });
      }),
    );
  }
  clock.tick(10_000);
  const last = transfer(n + 1, { debitAccountId: id(3), creditAccountId: id(4), amount: 0n });
  await ledger.createTransfers([
    last,
    { ...last, id: id(n + 2), debitAccountId: id(4), creditAccountId: id(3) },
  ]);
  return ledger;
}

/** Writes a history as a restore does. */
async function replay(transfers: readonly Transfer[], early: ReadonlyMap<bigint, bigint>) {
  const ended = new Set(transfers.map(({ pendingId }) => pendingId));
  const expired = transfers
    .filter((one) => one.timeout > 0 && !ended.has(one.id))
    .map((pending): Expired => {
      const expires = pending.timestamp + BigInt(pending.timeout) * 1_000_000_000n;
      return { pending, expires: early.get(pending.timestamp) ?? expires };
    })
    .sort((one, other) =>
      Number(one.expires - other.expires || one.pending.timestamp - other.pending.timestamp),
    );
  const columns = [
    BigUint64Array.from(transfers, ({ timestamp }) => timestamp),
    Uint16Array.from(transfers, (one) => one.flags),
  ];
  const voids: Transfer[] = [];
  const given = async function* <Item>(items: readonly Item[]): AsyncGenerator<Item> {
    for (const item of items) yield await Promise.resolve(item);
  };
  for await (const one of voidsOf(given(expired), given([{ rows: transfers.length, columns }]), new Set()))
    voids.push(one);
  const rows = asImported({ accounts, transfers: [...transfers, ...voids] }).transfers.slice();
  rows.sort((one, other) => Number(one.timestamp - other.timestamp));
  const clock = new SettableClock();
  clock.tick(1_000_000);
  const target = createMemoryLedger({ clock });
  await target.createAccounts(
    accounts.map((one, at) => ({
      ...one,
      flags: one.flags | accountFlags.imported,
      timestamp: BigInt(at + 1),
    })),
  );
  return { target, rows, created: results(await target.createTransfers(rows)) };
}

describe('a ledger into which transfers were imported after pending ones had expired', () => {
  it('is restored whatever it took, and as ever where nothing is in the way', async () => {
    const property = fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 12 }), async (drawn) => {
      const ledger = await play(drawn);
      const { transfers } = await contentOf(ledger);
      const { take, found } = findEarlyReleases(new Map(accounts.map((one) => [one.id, one.flags])));
      for (const one of transfers) take(one);
      const { target, rows, created } = await replay(transfers, found);
      expect(created).toEqual(rows.map(() => 'created'));
      const restored = await target.queryTransfers({ limit: batchLimit });
      expect(restored).toEqual(rows);
      const state = async (of: Ledger) =>
        (await of.lookupAccounts(accounts.map((one) => one.id))).map((one) => ({
          ...one,
          flags: one.flags | accountFlags.imported,
          timestamp: 0n,
        }));
      expect(await state(target)).toEqual(await state(ledger));
      if (found.size === 0) return;
      const late = await replay(transfers, new Map());
      const asBefore = await late.target.queryTransfers({ limit: batchLimit });
      expect(asBefore).not.toEqual(late.rows);
    });
    await fc.assert(property, runs);
  });

  it('is restored from its backups one after the other, with what was open voided before it was in the way', async () => {
    const { clock, ledger, target, scope: own, take, restore } = await site({ accounts: 410, transfers: 20 });
    const limited = own.account(501, { flags: accountFlags.debitsMustNotExceedCredits });
    await ledger.createAccounts([limited, own.account(502)]);
    const spend = { debitAccountId: own.id(501), creditAccountId: own.id(502), amount: 100n };
    const [, pending] = await ledger.createTransfers([
      own.transfer(5000, { ...spend, debitAccountId: own.id(502), creditAccountId: own.id(501) }),
      own.transfer(5001, { ...spend, flags: flags.pending, timeout: 60 }),
      own.transfer(5002, { ...spend, amount: 0n, flags: flags.pending, timeout: 60 }),
    ]);
    const before = await take('tigerbeetle-snapshot');
    expect(await restore(before.header.backupId)).toMatchObject({ voided: [] });

    clock.tick(100_000);
    const timestamp = (pending?.timestamp ?? 0n) + 5_000_000_000n;
    const imported = own.transfer(5003, { ...spend, flags: flags.imported, timestamp });
    expect(results(await ledger.createTransfers([imported]))).toEqual(['created']);
    // By the newest row no time had passed yet.
    const between = await take('tigerbeetle-logs');
    expect(await restore(between.header.backupId)).toMatchObject({
      voided: [own.id(5001)],
      open: expect.arrayContaining([expect.objectContaining({ id: own.id(5002) })]) as unknown,
    });
    const [released] = (await contentOf(target)).transfers.filter(
      ({ pendingId }) => pendingId === own.id(5001),
    );
    expect(Number(timestamp - (released?.timestamp ?? 0n))).toBeGreaterThan(0);

    await ledger.createTransfers([own.transfer(5004)]);
    const after = await take('tigerbeetle-logs');
    expect((await restore(after.header.backupId)).voided).toEqual(
      expect.arrayContaining([own.id(5001), own.id(5002)]),
    );
    expect((await target.lookupAccounts([own.id(501)]))[0]).toMatchObject({
      debitsPosted: 100n,
      debitsPending: 0n,
    });
  });
});
