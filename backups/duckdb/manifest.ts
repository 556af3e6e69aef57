import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import type { Manifest } from '../../model/manifest.ts';
import { catalogue } from './catalogue/catalogue.ts';

export const layout = z.strictObject({
  /** `duckdb` (a database with one table `rows`) only where Parquet has no type that holds a column's values exactly. */
  format: z.enum(['parquet', 'duckdb']),
  columns: z.array(
    z.strictObject({
      /** In the object. The table's columns are the same ones, in the same order, and may have been renamed since. */
      name: z.string(),
      /** In the table that it was taken from. */
      type: z.string(),
      /** Null: as it is. Else the type that the values were cast to, exactly; a cast to `type` brings them back. */
      carrier: z.string().nullable(),
    }),
  ),
});
export type Layout = Readonly<z.infer<typeof layout>>;

const count = z.int().nonnegative();

/**
 * Details of a DuckDB backup. Each table is its chunks in order; each chunk is `rows` rows of a file from `offset` on.
 * A fingerprint is the sum and the xor of DuckDB's hash of its hash over the columns of each row; it is comparable only
 * within one version of DuckDB.
 */
export const duckdbDetails = z.strictObject({
  format: z.literal(2),
  /** Of the DuckDB that took it, e.g. `v1.5.6`. */
  engine: z.string(),
  /** Oldest DuckDB that the source's storage can be read with, e.g. `v1.0.0`; a restored file gets the same. */
  storage: z.string(),
  /** The catalog's name: views may name it. */
  database: z.string(),
  /** Backups since the full one that the chain begins with; 0 for a full one. */
  depth: count,
  /**
   * The key of its imprints (base64), which the next backup takes over. Manifests of before had imprints without a key.
   */
  imprintKey: z.base64().nullable().default(null),
  catalogue,
  layouts: z.array(layout),
  files: z.array(z.strictObject({ path: z.string(), layout: count, rows: count })),
  tables: z.array(
    z.strictObject({
      schema: z.string(),
      name: z.string(),
      columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
      references: z.array(z.string()),
      rows: count,
      /**
       * Number of the chunk (row id div 122,880), rows, sum, xor, index in `files`, first row in that file; then the xor of
       * the hashes of each row with its place in the chunk, by which an incremental knows the same rows in another order;
       * then, where there is one, the chunk's imprint (see `imprintChunks`), by which it knows them without reading.
       */
      chunks: z.array(z.tuple([count, count, z.string(), z.string(), count, count], z.string())),
      /**
       * Where there may be -0.0 or a NaN with a sign, which DuckDB's own storage may unify with 0.0 and NaN: sum and xor
       * of a hash that takes them for the same, over all rows.
       */
      plain: z.tuple([z.string(), z.string()]).nullable().default(null),
    }),
  ),
});
export type DuckdbDetails = Readonly<z.infer<typeof duckdbDetails>>;
export type DetailedTable = DuckdbDetails['tables'][number];

/** The details of a manifest that was read. Throws `object-damaged` for another type's or an unknown shape. */
export function detailsOf(manifest: Manifest): DuckdbDetails {
  const parsed = duckdbDetails.safeParse(manifest.body.details);
  if (parsed.success) return parsed.data;
  throw new CodedError(
    'object-damaged',
    `The manifest of backup ${manifest.header.backupId} does not describe a DuckDB backup that this version can read: ${z.prettifyError(parsed.error)}`,
    { cause: parsed.error, facts: { backupId: manifest.header.backupId } },
  );
}
