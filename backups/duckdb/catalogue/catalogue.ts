import { z } from 'zod';

export const catalogueItem = z.strictObject({
  kind: z.enum(['schema', 'type', 'sequence', 'macro', 'table', 'view', 'index', 'comment', 'owner']),
  schema: z.string(),
  name: z.string(),
  sql: z.string(),
});
export type CatalogueItem = Readonly<z.infer<typeof catalogueItem>>;

/** All that a database holds beside its rows, as SQL that makes it again. */
export const catalogue = z.strictObject({
  /** In an order in which each can be made: those before the data, then those after it (indexes, comments). */
  items: z.array(catalogueItem),
  /**
   * What cannot be made again from what is there (a view on a dropped table), with DuckDB's reason: kept as text. Such a
   * table is among the items, too, with its columns alone.
   */
  broken: z.array(catalogueItem.extend({ reason: z.string() })),
  /** What the SQL would make differently from the source; empty unless DuckDB has something that is not known here. */
  differences: z.array(z.string()),
});
export type Catalogue = Readonly<z.infer<typeof catalogue>>;
