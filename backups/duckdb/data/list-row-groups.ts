import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import { quoteText, textOf } from '../sql-text.ts';

/** How a row group lies in the file. */
export interface RowGroup {
  /** Deleted ones, too. */
  readonly rows: number;
  /** Every value is in the file, as the last checkpoint wrote it: nothing of it is in memory alone. */
  readonly kept: boolean;
  /** What tells how its blocks are read: of each segment column, rows, compression, place in its block, and statistics. */
  readonly segments: string;
  /** The blocks of the segments, in their order. */
  readonly blocks: readonly number[];
}

/** In the order of their rows. */
export async function listRowGroups(database: Database, table: Table): Promise<RowGroup[]> {
  const order = 'ORDER BY column_id, column_path, segment_id';
  const found = await database.rows(
    `SELECT row_group_id,
       coalesce(sum(count) FILTER (column_id = 0 AND column_path = '[0, 0]'), 0)::DOUBLE AS rows,
       bool_and(persistent AND NOT has_updates AND ${constantIsTold}) AS kept,
       string_agg(row(column_path, segment_type, start, count, compression, stats, block_id >= 0, block_offset,
         len(additional_block_ids))::VARCHAR, chr(10) ${order}) AS segments,
       flatten(list(list_prepend(block_id, additional_block_ids) ${order}))::DOUBLE[] AS blocks
     FROM pragma_storage_info(${quoteText(addressOf(database, table))}) GROUP BY 1 ORDER BY 1`,
  );
  return found.map(({ rows, kept, segments, blocks }) => ({
    rows: Number(rows),
    kept: kept === true,
    segments: textOf(segments),
    blocks: Array.isArray(blocks) ? blocks.map(Number).filter((block) => block >= 0) : [],
  }));
}

/** A constant stands in the statistics alone, and their text does not tell one NaN from another. */
const constantIsTold =
  "NOT (compression = 'Constant' AND segment_type IN ('FLOAT', 'DOUBLE') AND stats ILIKE '%nan%')";
