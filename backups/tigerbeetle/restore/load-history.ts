import { accountFlags, transferFlags } from '../../../stores/ledger/port.ts';
import type { Database } from '../../duckdb/database.ts';
import { quoteText } from '../../duckdb/sql-text.ts';
import { columnsOf, type Kind, narrow } from '../columns.ts';
import {
  addTransfers,
  computeBalances,
  createState,
  integerOf,
  type OpenPending,
  openPendings,
} from '../ledger-state.ts';
import { type Opening, openSegment } from '../open-segment.ts';
import { rowReaders } from '../row-readers.ts';
import { createRowTable } from '../row-table.ts';
import { streamRows } from '../stream-rows.ts';
import type { Chosen } from './choose-backup.ts';
import { chunksOf, columnList } from './column-chunks.ts';
import { releaseEarly } from './release-early.ts';
import { type Expired, voidsOf } from './release-expired.ts';
import { type RowsInOrder, rowsInOrder } from './rows-in-order.ts';

/** What a restored ledger is to hold, in order; may be gone through several times. */
export interface History {
  readonly database: Database;
  readonly upTo: bigint;
  readonly total: Readonly<Record<Kind, number>>;
  /** Ids of the pending transfers that had expired, in that order. */
  readonly voided: readonly bigint[];
  /** Pending transfers that were open, by when they would have expired. */
  readonly open: readonly OpenPending[];
  /**
   * As it is written: with the flag `imported`, without the timeouts that imported transfers cannot have, and with a void
   * for each expired pending transfer.
   */
  inOrder(kind: Kind): RowsInOrder;
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
  const accounts = await makeView(database, 'accounts', { files: files.accounts, upTo });
  const transfers = await makeView(database, 'transfers', { files: files.transfers, upTo });
  await addTransfers(database, 'history_transfers');
  await releaseEarly(database, work.signal);
  await computeBalances(database, upTo);
  const voided = await stageVoids(database, upTo);
  await keepOpen(database, upTo);
  const imported = (kind: Kind, from: string, changes: string): string =>
    `SELECT ${columnList(columnsOf[kind])} FROM (SELECT * REPLACE (${changes}) FROM ${from})`;
  const asImported = `(flags | ${transferFlags.imported})::USMALLINT AS flags, 0::UINTEGER AS timeout`;
  await database.run(`
    CREATE VIEW wanted_accounts AS ${imported('accounts', 'history_accounts', `(flags | ${accountFlags.imported})::USMALLINT AS flags`)};
    CREATE VIEW wanted_own AS ${imported('transfers', 'history_transfers', asImported)};
    CREATE VIEW wanted_voids AS ${imported('transfers', 'voids', asImported)}`);
  const wanted = { accounts: ['wanted_accounts'], transfers: ['wanted_own', 'wanted_voids'] };
  return {
    ...{ database, upTo, voided },
    total: { accounts, transfers: transfers + voided.length },
    open: await openPendings(database),
    inOrder: (kind) => rowsInOrder(database, kind, wanted[kind]),
  };
}

/** Of the tables that balances were computed from, what is still asked for: the memory of the rest is for others. */
async function keepOpen(database: Database, upTo: bigint): Promise<void> {
  await database.run(`
    CREATE TABLE left_open AS FROM open WHERE expires = 0 OR expires > ${upTo};
    DROP VIEW open; DROP TABLE pendings; DROP TABLE ended; DROP TABLE moves; DROP TABLE carried;
    ALTER TABLE left_open RENAME TO open`);
}

/** Rows in the order of the files, which is that of their timestamps. Returns how many. */
async function makeView(
  database: Database,
  kind: Kind,
  { files, upTo }: { readonly files: readonly string[]; readonly upTo: bigint },
): Promise<number> {
  const none = columnsOf[kind].map(({ name, type }) => `NULL::${type} AS ${name}`).join(', ');
  const source =
    files.length > 0 ? `read_parquet([${files.map(quoteText).join(', ')}])` : `(SELECT ${none} WHERE false)`;
  const [found] = await database.rows(
    `SELECT max(timestamp) AS last FROM ${source} WHERE timestamp <= ${upTo} AND flags & ${transferFlags.linked} = 0`,
  );
  await database.run(
    `CREATE VIEW history_${kind} AS SELECT ${columnList(columnsOf[kind])} FROM ${source}
     WHERE timestamp <= ${integerOf(found?.['last'])}`,
  );
  const [counted] = await database.rows(`SELECT count(*) AS rows FROM history_${kind}`);
  return Number(integerOf(counted?.['rows']));
}

/** Makes the table `voids`, in order. Returns the ids of the pending transfers that are voided. */
async function stageVoids(database: Database, upTo: bigint): Promise<readonly bigint[]> {
  const where = `expires > 0 AND expires <= ${upTo}`;
  const table = await createRowTable(await database.connect(), 'voids', 'transfers');
  const voided: bigint[] = [];
  const [any] = await database.rows(`SELECT id_high FROM open WHERE ${where} LIMIT 1`);
  if (any !== undefined) {
    const expired = readExpired(
      database,
      `(SELECT t.*, o.expires::UBIGINT AS expires FROM history_transfers t
        JOIN (FROM open WHERE ${where}) o USING (id_high, id_low) ORDER BY o.expires, o.timestamp)`,
    );
    const transfers = chunksOf(database, timesAndFlags, 'history_transfers');
    for await (const one of voidsOf(expired, transfers, await accountsNear(database, where))) {
      table.add([one]);
      voided.push(one.pendingId);
    }
  }
  table.end();
  return voided;
}

const timesAndFlags = [narrow('timestamp', 'UBIGINT'), narrow('flags', 'USMALLINT')];
const withExpiry = [...columnsOf.transfers, narrow('expires', 'UBIGINT')];

async function* readExpired(database: Database, from: string): AsyncGenerator<Expired> {
  for await (const { rows, columns } of chunksOf(database, withExpiry, from)) {
    const pending = rowReaders.transfers(columns);
    const expires = columns.at(-1);
    for (let at = 0; at < rows; at += 1) yield { pending: pending(at), expires: BigInt(expires?.[at] ?? 0) };
  }
}

/** Timestamps of accounts that lie where a void could come to lie: far more than a batch takes. */
async function accountsNear(database: Database, expired: string): Promise<ReadonlySet<bigint>> {
  const near = new Set<bigint>();
  const rows = streamRows(
    database,
    `SELECT DISTINCT a.timestamp FROM history_accounts a
     JOIN (FROM open WHERE ${expired}) o ON a.timestamp >= o.expires AND a.timestamp < o.expires + 100000`,
  );
  for await (const chunk of rows) for (const { timestamp } of chunk) near.add(integerOf(timestamp));
  return near;
}
