import type { Account, Transfer } from '../../../stores/ledger/port.ts';
import { transferFlags } from '../../../stores/ledger/port.ts';
import type { Database } from '../../duckdb/database.ts';
import { quoteText } from '../../duckdb/sql-text.ts';
import { columnsOf, type Kind } from '../columns.ts';
import {
  addTransfers,
  computeBalances,
  createState,
  integerOf,
  type OpenPending,
  openPendings,
} from '../ledger-state.ts';
import { type Opening, openSegment } from '../open-segment.ts';
import type { Chosen } from './choose-backup.ts';
import { columnList, readAccounts, readTransfers } from './read-rows.ts';
import { type Expired, releaseExpired } from './release-expired.ts';

/** What a restored ledger is to hold, in order; may be gone through several times. */
export interface History {
  readonly database: Database;
  readonly upTo: bigint;
  readonly expired: readonly Expired[];
  /** Pending transfers that were open, by when they would have expired. */
  readonly open: readonly OpenPending[];
  accounts(): AsyncIterable<readonly Account[]>;
  /** With a void for each expired pending transfer. */
  transfers(): AsyncIterable<readonly Transfer[]>;
}

/**
 * Opens and proves all segments, and works out what had become of pending transfers and what balances must come out: the
 * table `computed`. A chain of linked events that the moment would cut had not happened yet, so none of it is restored.
 */
export async function loadHistory(chosen: Chosen, work: Opening): Promise<History> {
  const { database } = work;
  const { upTo } = chosen;
  const files: Record<Kind, string[]> = { accounts: [], transfers: [] };
  for (const segment of chosen.segments) {
    work.signal.throwIfAborted();
    files[segment.kind].push((await openSegment(segment, work)).path);
  }
  await createState(database);
  for (const kind of ['accounts', 'transfers'] as const) await makeView(database, kind, files[kind], upTo);
  await addTransfers(database, 'history_transfers');
  await computeBalances(database, upTo);
  const taken = await accountsNear(database, upTo);
  const expired = await expiredOf(database, upTo);
  return {
    database,
    upTo,
    expired,
    open: await openPendings(database, `expires = 0 OR expires > ${upTo}`),
    accounts: () => readAccounts(database, 'history_accounts'),
    transfers: () => releaseExpired(readTransfers(database, 'history_transfers'), expired, taken),
  };
}

/** Rows in the order of the files, which is that of their timestamps. */
async function makeView(
  database: Database,
  kind: Kind,
  files: readonly string[],
  upTo: bigint,
): Promise<void> {
  const none = columnsOf[kind].map(({ name, type }) => `NULL::${type} AS ${name}`).join(', ');
  const source =
    files.length > 0 ? `read_parquet([${files.map(quoteText).join(', ')}])` : `(SELECT ${none} WHERE false)`;
  const [found] = await database.rows(
    `SELECT max(timestamp) AS last FROM ${source} WHERE timestamp <= ${upTo} AND flags & ${transferFlags.linked} = 0`,
  );
  await database.run(
    `CREATE VIEW history_${kind} AS SELECT ${columnList(kind)} FROM ${source}
     WHERE timestamp <= ${integerOf(found?.['last'])}`,
  );
}

async function expiredOf(database: Database, upTo: bigint): Promise<readonly Expired[]> {
  const where = `expires > 0 AND expires <= ${upTo}`;
  const whole = new Map<bigint, Transfer>();
  const pages = readTransfers(
    database,
    `history_transfers SEMI JOIN (FROM open WHERE ${where}) USING (id_high, id_low)`,
  );
  for await (const page of pages) for (const transfer of page) whole.set(transfer.id, transfer);
  return (await openPendings(database, where)).flatMap(({ id, expires }) => {
    const pending = whole.get(id);
    return pending === undefined ? [] : [{ pending, expires }];
  });
}

/** Timestamps of accounts that lie where a void could come to lie: far more than a batch takes. */
async function accountsNear(database: Database, upTo: bigint): Promise<ReadonlySet<bigint>> {
  const rows = await database.rows(
    `SELECT DISTINCT a.timestamp FROM history_accounts a
     JOIN open o ON a.timestamp >= o.expires AND a.timestamp < o.expires + 100000
     WHERE o.expires > 0 AND o.expires <= ${upTo}`,
  );
  return new Set(rows.map(({ timestamp }) => integerOf(timestamp)));
}
