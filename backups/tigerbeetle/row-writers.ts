import type { RowOf } from './columns.ts';

/** The values of a column of a chunk; written into, never replaced. */
export type ColumnValues = BigUint64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** Columns of a kind, in the order of `columnsOf`, and what writes a row at a place of them. */
interface RowWriter<Row> {
  readonly columns: readonly ColumnValues[];
  readonly write: (at: number, row: Row) => void;
}

const half = 64n;
const low = 2n ** half - 1n;

/**
 * One function for each kind, each field by its name, into typed arrays that take of a bigint what fits: millions of rows
 * pass here, and fields by a variable name, or bigints made on the way, take several times as long.
 */
export const rowWriters: {
  readonly [Shape in keyof RowOf]: (rows: number) => RowWriter<RowOf[Shape]>;
} = {
  accounts(rows) {
    const { columns, big, wide, shared } = columnsFor(rows);
    const [timestamp, id, others] = [big(), wide(), shared()];
    return {
      columns,
      write(at, row) {
        timestamp[at] = row.timestamp;
        id(at, row.id);
        others(at, row);
      },
    };
  },
  transfers(rows) {
    const { columns, big, wide, integer, shared } = columnsFor(rows);
    const [timestamp, id, debit, credit] = [big(), wide(), wide(), wide()];
    const [amount, pending, timeout, others] = [wide(), wide(), integer(), shared()];
    return {
      columns,
      write(at, row) {
        timestamp[at] = row.timestamp;
        id(at, row.id);
        debit(at, row.debitAccountId);
        credit(at, row.creditAccountId);
        amount(at, row.amount);
        pending(at, row.pendingId);
        timeout[at] = row.timeout;
        others(at, row);
      },
    };
  },
  balances(rows) {
    const { columns, wide, small } = columnsFor(rows);
    const [id, debitsPosted, creditsPosted] = [wide(), wide(), wide()];
    const [debitsPending, creditsPending, flags] = [wide(), wide(), small()];
    return {
      columns,
      write(at, row) {
        id(at, row.id);
        debitsPosted(at, row.debitsPosted);
        creditsPosted(at, row.creditsPosted);
        debitsPending(at, row.debitsPending);
        creditsPending(at, row.creditsPending);
        flags[at] = row.flags;
      },
    };
  },
};

/** Makes columns one after the other; `wide` makes two, and `shared` those that accounts and transfers have in common. */
function columnsFor(rows: number) {
  const columns: ColumnValues[] = [];
  const column = <Values extends ColumnValues>(values: Values): Values => {
    columns.push(values);
    return values;
  };
  const big = () => column(new BigUint64Array(rows));
  const integer = () => column(new Uint32Array(rows));
  const small = () => column(new Uint16Array(rows));
  const wide = () => {
    const [highs, lows] = [big(), big()];
    return (at: number, value: bigint): void => {
      highs[at] = value > low ? value >> half : 0n;
      lows[at] = value;
    };
  };
  const shared = () => {
    const [userData128, userData64, userData32] = [wide(), big(), integer()];
    const [ledger, code, flags] = [integer(), small(), small()];
    return (at: number, row: RowOf['accounts'] | RowOf['transfers']): void => {
      userData128(at, row.userData128);
      userData64[at] = row.userData64;
      userData32[at] = row.userData32;
      ledger[at] = row.ledger;
      code[at] = row.code;
      flags[at] = row.flags;
    };
  };
  return { columns, big, integer, small, wide, shared };
}
