import { CodedError } from '../../../errors/coded-error.ts';
import { accountFlags } from '../../../stores/ledger/port.ts';
import { columnsOf, type Kind, type RowOf } from '../columns.ts';
import { integerOf, wideOf } from '../ledger-state.ts';
import { eachPage } from '../read-pages.ts';
import { createRowTable, type RowTable } from '../row-table.ts';
import type { Staging } from '../staging.ts';
import type { History } from './load-history.ts';

/** Rows that are compared together. */
const tableRows = 30_720;
/**
 * Rows of a page. Whole messages of rows, while others are being written, outlive the garbage collector's first rounds,
 * and a hundred megabytes of them heap up before it looks again.
 */
const pageRows = 1024;

/** Compares the rows of a kind that a ledger holds with a history, from the first one on. */
export interface Comparison {
  /**
   * Reads what follows up to a timestamp, and compares it beside. Throws `restore-target-exists` with the first row that
   * is not the history's, or that has one of the history missing before it.
   */
  readTo(to: bigint): Promise<void>;
  /** How many rows were read, all of which are the history's. */
  compared(): Promise<number>;
}

interface Staged<Row> {
  readonly table: RowTable<Row>;
  /** Timestamps of the row before and of the last one. */
  readonly from: bigint;
  readonly to: bigint;
}

/** While a table of rows is compared, in DuckDB, the next is filled: two at a time at most. */
export async function compareRows<Of extends Kind>(
  { database }: Pick<History, 'database'>,
  work: {
    readonly kind: Of;
    readonly query: (asked: {
      readonly timestampMin: bigint;
      readonly timestampMax: bigint;
      readonly limit: number;
    }) => Promise<readonly RowOf[Of][]>;
    readonly staging: Staging;
    readonly signal: AbortSignal;
    /** Given each page besides. */
    readonly seen?: (page: readonly RowOf[Of][]) => void;
  },
): Promise<Comparison> {
  const { kind, signal } = work;
  const [filler, comparer] = [await database.connect(), await database.connect()];
  let filling: RowTable<RowOf[Of]> | undefined;
  let [begin, end] = [0n, 0n];
  let number = 0;
  let before = 0;
  let comparing: Promise<void> = Promise.resolve();

  async function compare({ table, from, to }: Staged<RowOf[Of]>): Promise<void> {
    const query = queryOf(kind, { found: table.name, from, to });
    const rows = async (sql: string) => (await comparer.runAndReadAll(sql)).getRowObjectsJS();
    const [counted] = await rows(query.counts);
    const wanted = integerOf(counted?.['wanted']);
    if (wanted !== BigInt(table.rows) || wanted !== integerOf(counted?.['same'])) {
      const [row] = await rows(query.firstForeign);
      throw foreign(kind, row ?? {}, before + Number(integerOf(row?.['before'])));
    }
    before += table.rows;
    await comparer.run(`DROP TABLE ${table.name}`);
  }

  async function cut(): Promise<void> {
    if (filling === undefined) return;
    const full = { table: filling, from: begin, to: end };
    filling = undefined;
    begin = end;
    full.table.end();
    await comparing;
    comparing = compare(full);
    work.staging.during(comparing);
  }

  return {
    readTo: (to) =>
      eachPage(
        work.query,
        { from: end, to },
        {
          ...{ signal, limit: pageRows },
          use: async (page) => {
            work.seen?.(page);
            filling ??= await createRowTable(filler, `${kind}_found_${++number}`, kind);
            filling.add(page);
            end = page.at(-1)?.timestamp ?? end;
            if (filling.rows >= tableRows) await cut();
          },
        },
      ),
    async compared() {
      await cut();
      await comparing;
      return before;
    },
  };
}

/** `closed` may come from closing transfers: that is compared with the balances. */
const ignored = { accounts: ~accountFlags.closed & 0xffff, transfers: 0xffff };

function queryOf(
  kind: Kind,
  { found, from, to }: { readonly found: string; readonly from: bigint; readonly to: bigint },
) {
  const wanted = `(FROM wanted_${kind} WHERE timestamp > ${from} AND timestamp <= ${to})`;
  const same = columnsOf[kind]
    .map(({ name }) =>
      name === 'flags'
        ? `(f.flags & ${ignored[kind]}) = (w.flags & ${ignored[kind]})`
        : `f.${name} = w.${name}`,
    )
    .join(' AND ');
  return {
    counts: `SELECT (SELECT count(*) FROM ${found} f JOIN ${wanted} w ON ${same}) AS same,
                    (SELECT count(*) FROM ${wanted}) AS wanted`,
    /** The first row found that is not wanted, or the first after a wanted one that was not found. */
    firstForeign: `
      WITH
        missing AS (SELECT min(w.timestamp) AS first FROM ${wanted} w ANTI JOIN ${found} f ON ${same}),
        unwanted AS (SELECT min(f.timestamp) AS first FROM ${found} f ANTI JOIN ${wanted} w ON ${same})
      SELECT f.id_high, f.id_low, f.timestamp,
             (SELECT count(*) FROM ${found} b WHERE b.timestamp < f.timestamp) AS before
      FROM ${found} f, missing, unwanted WHERE f.timestamp >= least(missing.first, unwanted.first)
      ORDER BY f.timestamp LIMIT 1`,
  };
}

function foreign(kind: Kind, row: Readonly<Record<string, unknown>>, before: number): CodedError {
  const [what, id] = [kind === 'accounts' ? 'account' : 'transfer', wideOf(row, 'id')];
  return new CodedError(
    'restore-target-exists',
    `The ledger holds ${what} ${id} of ${integerOf(row['timestamp'])}, after ${before} that are the backup's, and the backup does not have it there. A restore goes into an empty ledger, or on where an earlier restore of the same history ended; take another cluster.`,
    { facts: { [what]: String(id) } },
  );
}
