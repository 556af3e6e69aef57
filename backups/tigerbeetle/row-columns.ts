import type { ColumnValues } from './row-writers.ts';

/** Rows of the ledger column by column, in the order of `columnsOf`: as they lie in DuckDB, and in few pieces of memory. */
export interface RowColumns {
  readonly rows: number;
  readonly columns: readonly ColumnValues[];
}

/** Throws where there is no such column. */
export function columnOf({ columns }: Pick<RowColumns, 'columns'>, index: number): ColumnValues {
  const values = columns[index];
  if (values === undefined) throw new TypeError(`there is no column ${index}`);
  return values;
}

/** Some of the rows, in the same memory. */
export function rowsFrom({ columns }: Pick<RowColumns, 'columns'>, from: number, to: number): RowColumns {
  return { rows: to - from, columns: columns.map((values) => values.subarray(from, to)) };
}

/** Writes rows over those of the same columns, from a place on. */
export function putRows(into: RowColumns['columns'], at: number, { columns }: RowColumns): void {
  for (const [index, values] of into.entries()) {
    // Both are of the same column, and so of the same type.
    (values as { set(some: ColumnValues, at: number): void }).set(columnOf({ columns }, index), at);
  }
}
