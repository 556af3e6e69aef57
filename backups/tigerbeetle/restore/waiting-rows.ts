import type { Kind } from '../columns.ts';
import { putRows, type RowColumns, rowsFrom } from '../row-columns.ts';
import { type ColumnValues, rowWriters } from '../row-writers.ts';

/** Rows that wait for their turn, in memory of their own. */
export interface WaitingRows extends RowColumns {
  add(more: RowColumns): void;
  /** The first ones. */
  take(count: number): RowColumns;
}

/** `capacity`: rows that there is room for at first. */
export function waitingRows(kind: Kind, capacity: number): WaitingRows {
  let columns: readonly ColumnValues[] = rowWriters[kind](capacity).columns;
  let rows = 0;

  function moveInto(room: number, from: number): void {
    const left = rowsFrom({ columns }, from, rows);
    columns = rowWriters[kind](room).columns;
    putRows(columns, 0, left);
    rows = left.rows;
  }

  return {
    get rows() {
      return rows;
    },
    get columns() {
      return rowsFrom({ columns }, 0, rows).columns;
    },
    add(more) {
      const needed = rows + more.rows;
      if (needed > (columns[0]?.length ?? 0)) moveInto(2 * needed, 0);
      putRows(columns, rows, more);
      rows = needed;
    },
    take(count) {
      const first = rowsFrom({ columns }, 0, count);
      moveInto(Math.max(capacity, rows - count), count);
      return first;
    },
  };
}
