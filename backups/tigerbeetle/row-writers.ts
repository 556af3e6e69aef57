import {
  type DuckDBDataChunk,
  DuckDBUBigIntVector,
  DuckDBUIntegerVector,
  DuckDBUSmallIntVector,
} from '@duckdb/node-api';
import { CodedError } from '../../errors/coded-error.ts';
import type { RowOf } from './columns.ts';

/** Writes a row at a place of a chunk. */
type WriteRow<Row> = (at: number, row: Row) => void;

const half = 64n;
const low = 2n ** half - 1n;

/**
 * For chunks whose columns are those of `columnsOf`. One function for each kind, each field by its name: a million rows
 * pass here, and a field that is looked up by a variable name takes several times as long.
 */
export const rowWriters: {
  readonly [Shape in keyof RowOf]: (chunk: DuckDBDataChunk) => WriteRow<RowOf[Shape]>;
} = {
  accounts(chunk) {
    const { big, wide, shared } = columnsIn(chunk);
    const [timestamp, id, others] = [big(), wide(), shared()];
    return (at, row) => {
      timestamp.setItem(at, row.timestamp);
      id(at, row.id);
      others(at, row);
    };
  },
  transfers(chunk) {
    const { big, wide, integer, shared } = columnsIn(chunk);
    const [timestamp, id, debit, credit] = [big(), wide(), wide(), wide()];
    const [amount, pending, timeout, others] = [wide(), wide(), integer(), shared()];
    return (at, row) => {
      timestamp.setItem(at, row.timestamp);
      id(at, row.id);
      debit(at, row.debitAccountId);
      credit(at, row.creditAccountId);
      amount(at, row.amount);
      pending(at, row.pendingId);
      timeout.setItem(at, row.timeout);
      others(at, row);
    };
  },
  balances(chunk) {
    const { wide, small } = columnsIn(chunk);
    const [id, debitsPosted, creditsPosted] = [wide(), wide(), wide()];
    const [debitsPending, creditsPending, flags] = [wide(), wide(), small()];
    return (at, row) => {
      id(at, row.id);
      debitsPosted(at, row.debitsPosted);
      creditsPosted(at, row.creditsPosted);
      debitsPending(at, row.debitsPending);
      creditsPending(at, row.creditsPending);
      flags.setItem(at, row.flags);
    };
  },
};

/** Gives out the columns of a chunk one after the other, each as what it is asked for; `wide` takes two. */
function columnsIn(chunk: DuckDBDataChunk) {
  let next = 0;
  const vector = <Vector>(of: new (...args: never[]) => Vector): Vector => {
    const found: unknown = chunk.getColumnVector(next);
    if (!(found instanceof of)) throw new CodedError('internal', `column ${next} is no ${of.name}`);
    next += 1;
    return found;
  };
  const big = (): DuckDBUBigIntVector => vector(DuckDBUBigIntVector);
  const integer = (): DuckDBUIntegerVector => vector(DuckDBUIntegerVector);
  const small = (): DuckDBUSmallIntVector => vector(DuckDBUSmallIntVector);
  const wide = () => {
    const [highs, lows] = [big(), big()];
    return (at: number, value: bigint): void => {
      highs.setItem(at, value > low ? value >> half : 0n);
      lows.setItem(at, BigInt.asUintN(64, value));
    };
  };
  const shared = () => {
    const [userData128, userData64, userData32] = [wide(), big(), integer()];
    const [ledger, code, flags] = [integer(), small(), small()];
    return (at: number, row: RowOf['accounts'] | RowOf['transfers']): void => {
      userData128(at, row.userData128);
      userData64.setItem(at, row.userData64);
      userData32.setItem(at, row.userData32);
      ledger.setItem(at, row.ledger);
      code.setItem(at, row.code);
      flags.setItem(at, row.flags);
    };
  };
  return { big, integer, small, wide, shared };
}
