import type { Account, Transfer } from '../../stores/ledger/port.ts';

export const kinds = ['accounts', 'transfers'] as const;
export type Kind = (typeof kinds)[number];

/** As an object type, so that a row can be asked for a field by name. */
type Plain<Of> = { readonly [Field in keyof Of]: Of[Field] };

/** An account or a transfer as the ledger gives it. */
export interface RowOf {
  readonly accounts: Plain<Account>;
  readonly transfers: Plain<Transfer>;
}
/** A row as the writer sees it: 128-bit and 64-bit fields are bigints, the others numbers. */
export type Row = Readonly<Record<string, bigint | number>>;

interface Column {
  readonly name: string;
  readonly type: 'UBIGINT' | 'UINTEGER' | 'USMALLINT';
  readonly field: string;
  /** Of a 128-bit field: which half. Parquet has no 128-bit integer that DuckDB writes without loss. */
  readonly half?: 'high' | 'low';
}

const wide = (name: string, field: string): Column[] => [
  { name: `${name}_high`, type: 'UBIGINT', field, half: 'high' },
  { name: `${name}_low`, type: 'UBIGINT', field, half: 'low' },
];
const narrow = (name: string, field: string, type: Column['type']): Column => ({ name, type, field });

const shared: readonly Column[] = [
  ...wide('user_data_128', 'userData128'),
  narrow('user_data_64', 'userData64', 'UBIGINT'),
  narrow('user_data_32', 'userData32', 'UINTEGER'),
  narrow('ledger', 'ledger', 'UINTEGER'),
  narrow('code', 'code', 'USMALLINT'),
  narrow('flags', 'flags', 'USMALLINT'),
];

/** Columns of the objects. A 128-bit value is two columns: high * 2^64 + low. */
export const columnsOf: Readonly<Record<Kind | 'balances', readonly Column[]>> = {
  accounts: [narrow('timestamp', 'timestamp', 'UBIGINT'), ...wide('id', 'id'), ...shared],
  transfers: [
    narrow('timestamp', 'timestamp', 'UBIGINT'),
    ...wide('id', 'id'),
    ...wide('debit_account_id', 'debitAccountId'),
    ...wide('credit_account_id', 'creditAccountId'),
    ...wide('amount', 'amount'),
    ...wide('pending_id', 'pendingId'),
    narrow('timeout', 'timeout', 'UINTEGER'),
    ...shared,
  ],
  balances: [
    ...wide('id', 'id'),
    ...wide('debits_posted', 'debitsPosted'),
    ...wide('credits_posted', 'creditsPosted'),
    ...wide('debits_pending', 'debitsPending'),
    ...wide('credits_pending', 'creditsPending'),
    narrow('flags', 'flags', 'USMALLINT'),
  ],
};
