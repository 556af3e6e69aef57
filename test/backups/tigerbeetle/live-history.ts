import { expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { detailsOf } from '../../../backups/tigerbeetle/manifest.ts';
import {
  type RestoredLedger,
  restoreTigerbeetle,
} from '../../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import type { Manifest } from '../../../model/manifest.ts';
import { accountFlags, type Ledger, transferFlags as flags } from '../../../stores/ledger/port.ts';
import { createDice } from '../../support/dice.ts';
import { openAccounts } from '../../support/ledger-accounts.ts';
import { backUpLedger, contentOf } from '../../support/ledger-backups.ts';
import { ledgerClient } from '../../support/ledger-clients.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { createLedgerModel, type LedgerModel, type LedgerState } from '../../support/ledger-model.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { until } from '../../support/until.ts';
import { folderVault } from '../../support/vault.ts';

export interface LiveHistory {
  /** At least so many are taken. */
  readonly transfers: number;
  /** Events in a batch of a client. */
  readonly batch: number;
  readonly clients: number;
  /** Seconds until pending transfers expire; 0: never. */
  readonly timeouts: readonly [number, ...number[]];
  /** Moments to restore to. */
  readonly moments: number;
  /** Of stored objects. */
  readonly segmentRows: number;
  readonly seed: number;
}

interface Site {
  readonly source: Ledger;
  /** An empty ledger each time. */
  readonly target: () => Promise<Ledger>;
  readonly folders: () => Promise<string>;
}

/** A ledger is backed up while clients write, with every flag there is; then restored, whole and to random moments. */
export function provesLiveHistory(name: string, size: LiveHistory, open: () => Promise<Site>): void {
  it(`${name}: nothing is lost and nothing there twice, at any moment`, async () => {
    const { source, target, folders } = await open();
    const model = createLedgerModel();
    const vault = await folderVault(await folders());
    const manifests = await backUpWhileWritten(size, {
      source,
      model,
      take: async (kind) =>
        backUpLedger(
          { vault, ledger: source, scratch: await folders(), segmentRows: size.segmentRows },
          kind,
        ),
    });
    const catalog = createBackupCatalog(vault, quietLog);
    const scratch = await folders();
    const restore = async (into: Ledger, wanted: { readonly backupId: string } | { readonly at: bigint }) =>
      restoreTigerbeetle({
        ...{ catalog, wanted, into, scratch, progress: () => undefined },
        signal: new AbortController().signal,
      });

    const last = manifests.at(-1);
    const asOf = BigInt(last === undefined ? 0 : detailsOf(last).asOf);
    await sameAsSource(source, model, asOf);
    meetsItsParent(manifests);
    const whole = await target();
    await expectRestored(
      whole,
      await restore(whole, { backupId: last?.header.backupId ?? '' }),
      model.at(asOf),
    );

    const dice = createDice(size.seed);
    const times = model.timestamps();
    const moments = Array.from({ length: size.moments }, (_, n) => {
      const at = times[dice.below(times.length)] ?? 0n;
      // At an event, before one, and in between.
      return n % 3 === 0 ? at : n % 3 === 1 ? at - 1n : at + BigInt(dice.below(2_000_000_000));
    });
    let going: Ledger | undefined;
    for (const [n, at] of moments
      .map((moment) => (moment > asOf ? asOf : moment))
      .sort((a, b) => (a < b ? -1 : 1))
      .entries()) {
      // Every other goes on from what the one before has restored: its history is the beginning of this one's.
      going = going === undefined || n % 2 === 0 ? await target() : going;
      await expectRestored(going, await restore(going, { at }), model.at(at));
    }
  }, 3_600_000);
}

/** Backups that are taken while clients write, at least. */
const parts = 4;

type Kind = 'tigerbeetle-snapshot' | 'tigerbeetle-logs';

async function backUpWhileWritten(
  { transfers, batch, clients, timeouts, seed }: LiveHistory,
  {
    source,
    model,
    take,
  }: {
    readonly source: Ledger;
    readonly model: LedgerModel;
    readonly take: (kind: Kind) => Promise<Manifest>;
  },
): Promise<readonly Manifest[]> {
  const scope = ledgerScope();
  await openAccounts(source, model, scope);
  const manifests: Manifest[] = [];
  let writing = true;
  const write = async (_: unknown, index: number): Promise<void> => {
    const client = ledgerClient({ ledger: source, model, scope }, { number: index + 1, seed, timeouts });
    while (model.taken() < transfers) {
      await client.write(batch);
      // A part of them comes during each backup.
      const part = () => model.taken() < (transfers * (manifests.length + 1)) / parts;
      await until('the next backup begins', part, 3_600_000);
    }
  };
  const work = Promise.all(Array.from({ length: clients }, write)).finally(() => {
    writing = false;
  });
  // Awaited below, when the backup that runs has ended.
  work.catch(() => undefined);
  while (writing) {
    manifests.push(await take(manifests.length % 4 === 0 ? 'tigerbeetle-snapshot' : 'tigerbeetle-logs'));
  }
  await work;
  for (const kind of ['tigerbeetle-logs', 'tigerbeetle-logs'] as const) manifests.push(await take(kind));
  return manifests;
}

/** Full ones hold everything from the beginning; each log goes on exactly where the backup before it ends. */
function meetsItsParent(manifests: readonly Manifest[]): void {
  expect(manifests.filter(({ header }) => header.scope === 'incremental').length).toBeGreaterThan(2);
  manifests.forEach((manifest, index) => {
    const before = manifests[index - 1];
    const [details, full] = [detailsOf(manifest), manifest.header.scope === 'full'];
    if (!full) expect(manifest.header.parent?.backupId).toBe(before?.header.backupId);
    for (const kind of ['accounts', 'transfers'] as const) {
      const from = full || before === undefined ? { timestamp: '0', rows: 0 } : detailsOf(before)[kind];
      const segments = details.segments.filter((segment) => segment.kind === kind);
      const ends = [from.timestamp, ...segments.map(({ to }) => to)];
      expect(segments.map((segment) => segment.from)).toEqual(ends.slice(0, -1));
      expect(details[kind].timestamp).toBe(ends.at(-1));
      expect(details[kind].rows).toBe(segments.reduce((sum, { rows }) => sum + rows, from.rows));
    }
  });
}

/** The model knows what the ledger holds, so that what follows is a comparison with the source as well. */
async function sameAsSource(source: Ledger, model: LedgerModel, asOf: bigint): Promise<void> {
  const [content, state] = [await contentOf(source), model.at(asOf)];
  expect(firstDifference(content.transfers, state.transfers)).toBeUndefined();
  const asMade = (account: LedgerState['accounts'][number]) => ({
    ...{ ...account, flags: account.flags & ~accountFlags.closed },
    // The ledger releases what has expired when it is next written to.
    ...{ debitsPending: 0n, creditsPending: 0n },
  });
  expect(firstDifference(content.accounts.map(asMade), state.accounts.map(asMade))).toBeUndefined();
}

async function expectRestored(target: Ledger, restored: RestoredLedger, state: LedgerState): Promise<void> {
  const content = await contentOf(target);
  const accounts = state.accounts.map((one) => ({ ...one, flags: one.flags | accountFlags.imported }));
  expect(firstDifference(content.accounts, accounts)).toBeUndefined();
  const known = new Set(state.transfers.map(({ id }) => id));
  const [own, voids] = [
    content.transfers.filter(({ id }) => known.has(id)),
    content.transfers.filter(({ id }) => !known.has(id)),
  ];
  const transfers = state.transfers.map((one) => ({ ...one, flags: one.flags | flags.imported, timeout: 0 }));
  expect(firstDifference(own, transfers)).toBeUndefined();

  const voidOf = new Map(voids.map((one) => [one.pendingId, one]));
  expect(voids).toHaveLength(state.expired.length);
  const notVoided = state.expired.find(({ pending, expires }) => {
    const found = voidOf.get(pending.id);
    return !(
      found?.debitAccountId === pending.debitAccountId &&
      found.creditAccountId === pending.creditAccountId &&
      found.amount === pending.amount &&
      found.flags === (flags.imported | flags.voidPendingTransfer) &&
      found.timestamp >= expires
    );
  });
  expect(notVoided).toBeUndefined();
  expect(restored.voided).toEqual(state.expired.map(({ pending }) => pending.id));
  const open = (list: LedgerState['open']) => list.map(({ id, expires }) => `${id} until ${expires}`).sort();
  expect(open(restored.open)).toEqual(open(state.open));
  expect(restored.total).toEqual({ accounts: accounts.length, transfers: transfers.length + voids.length });
}

/** Where two lists of rows first differ; undefined where they do not. Millions are compared. */
function firstDifference<Row extends object>(found: readonly Row[], wanted: readonly Row[]) {
  const length = Math.max(found.length, wanted.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [found[at], wanted[at]];
    const same =
      one !== undefined &&
      other !== undefined &&
      Object.keys(one).every((name) => Reflect.get(one, name) === Reflect.get(other, name));
    if (!same) return { at, found: one, wanted: other };
  }
  return undefined;
}
