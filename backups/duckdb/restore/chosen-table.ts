import type { DetailedTable } from '../manifest.ts';

/**
 * Which rows of a table are restored: all, those of the tenant, or (it has no such column, and refers to tables that are
 * restored in part) those whose foreign keys lead to what is restored of these.
 */
export type RowChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'tenant'; readonly column: string; readonly type: string; readonly id: string }
  | { readonly kind: 'linked'; readonly to: readonly DetailedTable[] };

export interface ChosenTable {
  readonly table: DetailedTable;
  readonly rows: RowChoice;
}
