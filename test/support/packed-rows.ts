import type { Kind, RowOf } from '../../backups/tigerbeetle/columns.ts';
import type { RowColumns } from '../../backups/tigerbeetle/row-columns.ts';
import { rowWriters } from '../../backups/tigerbeetle/row-writers.ts';

/** Rows of the ledger column by column. */
export function packed<Of extends Kind>(kind: Of, rows: readonly RowOf[Of][]): RowColumns {
  const { columns, write } = rowWriters[kind](rows.length);
  rows.forEach((row, at) => {
    write(at, row);
  });
  return { rows: rows.length, columns };
}
