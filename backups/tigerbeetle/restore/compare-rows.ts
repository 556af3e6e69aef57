import { CodedError } from '../../../errors/coded-error.ts';
import { accountFlags, batchLimit } from '../../../stores/ledger/port.ts';
import { columnsOf, type Kind, type RowOf } from '../columns.ts';
import { columnOf, type RowColumns, rowsFrom } from '../row-columns.ts';
import { eachPage, type PageQuery } from '../read-pages.ts';
import { rowReaders } from '../row-readers.ts';
import { type ColumnValues, rowWriters } from '../row-writers.ts';
import type { RowsInOrder } from './rows-in-order.ts';

/** Compares the rows of a kind that a ledger holds, from the first one on, with those that it should hold. */
export interface Comparison {
  /**
   * Reads what follows up to a timestamp, and compares it with the rows that come next: both are in the order of their
   * timestamps, so the first that differ stand in the same place. Throws `restore-target-exists` with the first row that
   * is not wanted, or that has a wanted one missing before it.
   */
  readTo(to: bigint, wanted: RowsInOrder): Promise<void>;
  /** Asks for a page that it will come to: the one that follows a timestamp, up to another one. */
  readonly ask: (from: bigint, to: bigint) => void;
  /** How many rows were read, all of which are wanted. */
  readonly compared: number;
}

export function compareRows<Of extends Kind>(work: {
  readonly kind: Of;
  readonly query: (asked: PageQuery) => Promise<readonly RowOf[Of][]>;
  readonly signal: AbortSignal;
  /** Given each page besides. */
  readonly seen?: (page: readonly RowOf[Of][]) => void;
}): Comparison {
  const { kind, signal } = work;
  const { columns, write } = rowWriters[kind](batchLimit);
  const asked = new Map<string, Promise<readonly RowOf[Of][]>>();
  let end = 0n;
  let compared = 0;

  async function query(page: PageQuery): Promise<readonly RowOf[Of][]> {
    const key = keyOf(page);
    const found = asked.get(key);
    asked.delete(key);
    return found ?? work.query(page);
  }

  async function compare(page: readonly RowOf[Of][], wanted: RowsInOrder): Promise<void> {
    page.forEach((row, at) => {
      write(at, row);
    });
    for (let left = rowsFrom({ columns }, 0, page.length); left.rows > 0;) {
      const some = await wanted.next(left.rows);
      const same = some === undefined ? 0 : sameRows(kind, some, left);
      compared += same;
      if (same !== some?.rows) throw foreign(kind, { columns: left.columns, at: same }, compared);
      left = rowsFrom(left, same, left.rows);
    }
  }

  return {
    async readTo(to, wanted) {
      const use = async (page: readonly RowOf[Of][]): Promise<void> => {
        await compare(page, wanted);
        work.seen?.(page);
        end = page.at(-1)?.timestamp ?? end;
      };
      await eachPage(query, { from: end, to }, { signal, use });
    },
    ask(from, to) {
      const next = { timestampMin: from + 1n, timestampMax: to, limit: batchLimit };
      const page = work.query(next);
      page.catch(() => undefined);
      asked.set(keyOf(next), page);
    },
    get compared() {
      return compared;
    },
  };
}

const keyOf = ({ timestampMin, timestampMax }: PageQuery): string => `${timestampMin}-${timestampMax}`;

/** How many of some rows, from the first one on, are those that were found. */
function sameRows(kind: Kind, some: RowColumns, found: RowColumns): number {
  let same = some.rows;
  for (const [index, { name }] of columnsOf[kind].entries()) {
    const [wanted, read] = [some, found].map((rows) => columnOf(rows, index).subarray(0, same));
    if (wanted === undefined || read === undefined || bytesOf(wanted).equals(bytesOf(read))) continue;
    const bits = name === 'flags' ? comparedFlags[kind] : -1;
    const differs = read.findIndex((value: bigint | number, at: number) =>
      typeof value === 'bigint' ? value !== wanted[at] : ((value ^ Number(wanted[at])) & bits) !== 0,
    );
    if (differs !== -1) same = differs;
  }
  return same;
}

/** `closed` may come from closing transfers, and is compared with the balances. */
const comparedFlags = { accounts: ~accountFlags.closed, transfers: -1 };

function bytesOf({ buffer, byteOffset, byteLength }: ColumnValues): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function foreign(
  kind: Kind,
  { columns, at }: { readonly columns: readonly ColumnValues[]; readonly at: number },
  before: number,
): CodedError {
  const { id, timestamp } = rowReaders[kind](columns)(at);
  const what = kind === 'accounts' ? 'account' : 'transfer';
  return new CodedError(
    'restore-target-exists',
    `The ledger holds ${what} ${id} of ${timestamp}, after ${before} that are the backup's, and the backup does not have it there. A restore goes into an empty ledger, or on where an earlier restore of the same history ended; take another cluster.`,
    { facts: { [what]: String(id) } },
  );
}
