import { columnsOf, type Kind, type RowOf } from './columns.ts';
import type { RowColumns } from './row-columns.ts';
import type { ColumnValues } from './row-writers.ts';

export type At<Value> = (row: number) => Value;

/** Reads a row at a place of columns that are in the order of `columnsOf`; of accounts no balances. */
export const rowReaders: {
  readonly [Of in Kind]: (columns: readonly ColumnValues[]) => At<RowOf[Of]>;
} = {
  accounts(columns) {
    const { wide, big, shared } = fieldsOf('accounts', columns);
    const [id, timestamp, others] = [wide('id'), big('timestamp'), shared()];
    const [userData128, userData64, userData32, ledger, code, flags] = others;
    return (at) => ({
      id: id(at),
      debitsPending: 0n,
      debitsPosted: 0n,
      creditsPending: 0n,
      creditsPosted: 0n,
      userData128: userData128(at),
      userData64: userData64(at),
      userData32: userData32(at),
      ledger: ledger(at),
      code: code(at),
      flags: flags(at),
      timestamp: timestamp(at),
    });
  },
  transfers(columns) {
    const { wide, big, small, shared } = fieldsOf('transfers', columns);
    const [id, debit, credit] = [wide('id'), wide('debit_account_id'), wide('credit_account_id')];
    const [amount, pendingId, timeout] = [wide('amount'), wide('pending_id'), small('timeout')];
    const [timestamp, others] = [big('timestamp'), shared()];
    const [userData128, userData64, userData32, ledger, code, flags] = others;
    return (at) => ({
      id: id(at),
      debitAccountId: debit(at),
      creditAccountId: credit(at),
      amount: amount(at),
      pendingId: pendingId(at),
      userData128: userData128(at),
      userData64: userData64(at),
      userData32: userData32(at),
      timeout: timeout(at),
      ledger: ledger(at),
      code: code(at),
      flags: flags(at),
      timestamp: timestamp(at),
    });
  },
};

/** Rows that are needed as objects. */
export function unpackRows<Of extends Kind>(kind: Of, { rows, columns }: RowColumns): RowOf[Of][] {
  const row = rowReaders[kind](columns);
  return Array.from({ length: rows }, (_, at) => row(at));
}

/** Timestamp of the last row. */
export function lastOf(kind: Kind, { columns }: RowColumns): bigint {
  return BigInt(columns[indexOf(kind, 'timestamp')]?.at(-1) ?? 0);
}

/** Of rows of a kind the fields by name: of 64 bits, of 32 or 16, of two columns, and those that both kinds have. */
function fieldsOf(kind: Kind, columns: readonly ColumnValues[]) {
  const named = (name: string) => columns[indexOf(kind, name)];
  const big = (name: string): At<bigint> => {
    const values = named(name) as BigUint64Array;
    return (at) => values[at] ?? 0n;
  };
  const small = (name: string): At<number> => {
    const values = named(name) as Uint32Array | Uint16Array;
    return (at) => values[at] ?? 0;
  };
  const wide = (name: string): At<bigint> => {
    const [high, low] = [big(`${name}_high`), big(`${name}_low`)];
    return (at) => {
      const top = high(at);
      return top === 0n ? low(at) : (top << 64n) | low(at);
    };
  };
  const shared = () =>
    [
      ...([wide('user_data_128'), big('user_data_64'), small('user_data_32')] as const),
      ...([small('ledger'), small('code'), small('flags')] as const),
    ] as const;
  return { big, small, wide, shared };
}

/** Where a column stands in a shape. Throws where it has no such column. */
export function indexOf(shape: keyof RowOf, name: string): number {
  const index = columnsOf[shape].findIndex((column) => column.name === name);
  if (index === -1) throw new TypeError(`${shape} have no column ${name}`);
  return index;
}
