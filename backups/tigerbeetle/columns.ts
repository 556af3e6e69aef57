import type { Account, Transfer } from '../../stores/ledger/port.ts';

export const kinds = ['accounts', 'transfers'] as const;
export type Kind = (typeof kinds)[number];

/** As an object type, so that a row can be asked for a field by name. */
type Plain<Of> = { readonly [Field in keyof Of]: Of[Field] };

/** An account or a transfer as the ledger gives it. */
export interface RowOf {
  readonly accounts: Plain<Account>;
  readonly transfers: Plain<Transfer>;
  readonly balances: Plain<Account>;
}

export interface Column {
  readonly name: string;
  readonly type: 'UBIGINT' | 'UINTEGER' | 'USMALLINT';
}

const wide = (name: string): Column[] => [
  { name: `${name}_high`, type: 'UBIGINT' },
  { name: `${name}_low`, type: 'UBIGINT' },
];
export const narrow = (name: string, type: Column['type']): Column => ({ name, type });

const shared: readonly Column[] = [
  ...wide('user_data_128'),
  narrow('user_data_64', 'UBIGINT'),
  narrow('user_data_32', 'UINTEGER'),
  narrow('ledger', 'UINTEGER'),
  narrow('code', 'USMALLINT'),
  narrow('flags', 'USMALLINT'),
];

/**
 * Columns of the objects, in order. A 128-bit value is two columns: high * 2^64 + low. Parquet has no 128-bit integer
 * that DuckDB writes without loss.
 */
export const columnsOf: Readonly<Record<keyof RowOf, readonly Column[]>> = {
  accounts: [narrow('timestamp', 'UBIGINT'), ...wide('id'), ...shared],
  transfers: [
    narrow('timestamp', 'UBIGINT'),
    ...wide('id'),
    ...wide('debit_account_id'),
    ...wide('credit_account_id'),
    ...wide('amount'),
    ...wide('pending_id'),
    narrow('timeout', 'UINTEGER'),
    ...shared,
  ],
  balances: [
    ...wide('id'),
    ...wide('debits_posted'),
    ...wide('credits_posted'),
    ...wide('debits_pending'),
    ...wide('credits_pending'),
    narrow('flags', 'USMALLINT'),
  ],
};
