import type { BackupTaker, Taken } from '../../backups/backup-taker.ts';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { describeBackup } from '../../backups/manifests/describe-backup.ts';
import { writeManifest } from '../../backups/manifests/write-manifest.ts';
import { createObjectSink } from '../../backups/sealing/object-sink.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import { createTigerbeetleTaker } from '../../backups/tigerbeetle/take-backup.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { Manifest } from '../../model/manifest.ts';
import {
  type Account,
  accountFlags,
  batchLimit,
  type Ledger,
  type Transfer,
  transferFlags as flags,
} from '../../stores/ledger/port.ts';
import type { ledgerScope } from './ledger-events.ts';
import { anOrder } from './orders.ts';
import { quietLog } from './real-parquet.ts';

interface LedgerSite {
  readonly vault: Vault;
  readonly ledger: Ledger;
  readonly scratch: string;
  readonly segmentRows?: number;
  /** Changes to the order. */
  readonly changes?: Partial<BackupOrder>;
  /** A new one each time where it is left out. */
  readonly taker?: BackupTaker;
}

/** The worker's own part of a backup of a ledger; `finish` writes the manifest. */
export async function takeLedger(
  { vault, ledger, scratch, segmentRows, changes, taker }: LedgerSite,
  kind: 'tigerbeetle-snapshot' | 'tigerbeetle-logs',
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly taken: Taken; readonly finish: () => Promise<Manifest> }> {
  const order = anOrder(kind, changes);
  const startTime = new Date().toISOString();
  const progress = (): void => undefined;
  const size = segmentRows === undefined ? {} : { segmentRows };
  const taken = await (taker ?? createTigerbeetleTaker({ ledger, clusterId: '0', ...size })).take({
    ...{ order, startTime, signal, log: quietLog, scratch, progress },
    sink: createObjectSink(vault, { order, signal, progress }),
    catalog: createBackupCatalog(vault, quietLog),
  });
  const finish = (): Promise<Manifest> => {
    const by = {
      ...{ order, startTime, endTime: new Date().toISOString(), worker: 'test:1', fencingToken: 1 },
      ...{ retentionUntil: null, software: 'test' },
    };
    return writeManifest(vault, describeBackup(taken, by, vault.keys));
  };
  return { taken, finish };
}

/** Takes a backup of a ledger as the worker does, in segments of 700 rows, manifest and all, in a real vault. */
export async function backUpLedger(
  site: LedgerSite,
  kind: 'tigerbeetle-snapshot' | 'tigerbeetle-logs',
  signal?: AbortSignal,
): Promise<Manifest> {
  const { finish } = await takeLedger({ segmentRows: 700, ...site }, kind, signal);
  return finish();
}

type Scope = ReturnType<typeof ledgerScope>;

/** Accounts 1 to `count`, with user data, limits and, now and then, chains of linked ones. */
export function variedAccounts({ account }: Scope, count: number): readonly Account[] {
  return Array.from({ length: count }, (_, n) =>
    account(n + 1, {
      userData128: (1n << 100n) + BigInt(n),
      userData64: (1n << 60n) + BigInt(n),
      userData32: n,
      code: 1 + (n % 7),
      flags: (n % 10 === 3 ? accountFlags.linked : 0) | (n % 50 === 7 ? accountFlags.history : 0),
    }),
  );
}

/**
 * `count` transfers numbered from `first`, between the accounts 1 to 400: linked pairs, pending ones of which some are
 * posted in part, some voided, some left open, and large amounts. Of each ten, one's fate is decided by the next.
 */
export function variedTransfers(
  { id, transfer, end }: Scope,
  first: number,
  count: number,
): readonly Transfer[] {
  return Array.from({ length: count }, (_, at) => {
    const n = first + at;
    const common = {
      debitAccountId: id(1 + (n % 400)),
      creditAccountId: id(1 + ((n * 7 + 1) % 400)),
      amount: (1n << 70n) + BigInt(n),
      userData128: (1n << 120n) + BigInt(n),
      userData64: BigInt(n),
      userData32: n,
      code: 1 + (n % 5),
    };
    if (common.debitAccountId === common.creditAccountId) common.creditAccountId = id(401);
    switch (n % 10) {
      case 0:
        return transfer(n, { ...common, flags: flags.linked });
      case 2:
      case 4:
      case 6:
        return transfer(n, { ...common, flags: flags.pending });
      case 3:
        return end(n, n - 1, { flags: flags.postPendingTransfer, amount: 1n << 69n });
      case 5:
        return end(n, n - 1, { flags: flags.voidPendingTransfer });
      case 8:
        return transfer(n, { ...common, flags: flags.pending, timeout: n % 20 === 8 ? 30 : 3000 });
      default:
        return transfer(n, common);
    }
  });
}

/** All that a ledger holds, in order. */
export async function contentOf(ledger: Ledger) {
  const all = async <Row extends { readonly timestamp: bigint }>(
    query: (asked: { timestampMin: bigint; limit: number }) => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for (;;) {
      const page = await query({ timestampMin: (rows.at(-1)?.timestamp ?? 0n) + 1n, limit: batchLimit });
      if (page.length === 0) return rows;
      rows.push(...page);
    }
  };
  return {
    accounts: await all((asked) => ledger.queryAccounts(asked)),
    transfers: await all((asked) => ledger.queryTransfers(asked)),
  };
}

/** What a restored ledger must hold of the rows of another: `imported`, and no timeouts. */
export function asImported({ accounts, transfers }: Awaited<ReturnType<typeof contentOf>>) {
  return {
    accounts: accounts.map((account) => ({ ...account, flags: account.flags | accountFlags.imported })),
    transfers: transfers.map((transfer) => ({
      ...transfer,
      flags: transfer.flags | flags.imported,
      timeout: 0,
    })),
  };
}
