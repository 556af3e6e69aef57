import { type RowColumns, rowsFrom } from '../row-columns.ts';
import type { RowsInOrder } from './rows-in-order.ts';

/** Rows that were written, to be found again in their order. */
export interface SentRows extends RowsInOrder {
  add(rows: RowColumns): void;
}

export function sentRows(): SentRows {
  const sent: RowColumns[] = [];
  return {
    add(rows) {
      sent.push(rows);
    },
    next(most) {
      const first = sent.shift();
      if (first === undefined || first.rows <= most) return Promise.resolve(first);
      sent.unshift(rowsFrom(first, most, first.rows));
      return Promise.resolve(rowsFrom(first, 0, most));
    },
  };
}
