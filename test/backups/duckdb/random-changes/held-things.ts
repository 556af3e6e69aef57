import type { Database } from '../../../../backups/duckdb/database.ts';
import { quoteName, textOf } from '../../../../backups/duckdb/sql-text.ts';

export interface HeldTable {
  readonly schema: string;
  readonly name: string;
  /** Quoted, with its schema. */
  readonly address: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: number;
  /** A foreign key of another refers to it. */
  readonly referred: boolean;
}

/** What a database holds right now, by its own functions: statements are made about what is there. */
export interface HeldThings {
  /** Quoted. */
  readonly schemas: readonly string[];
  readonly tables: readonly HeldTable[];
  /** Quoted, with their schemas. */
  readonly views: readonly string[];
  readonly sequences: readonly string[];
  readonly types: readonly string[];
  readonly indexes: readonly string[];
  readonly macros: readonly { readonly address: string; readonly table: boolean }[];
}

export async function heldThings(database: Database): Promise<HeldThings> {
  const list = async (
    what: string,
    from: string,
    where = 'true',
  ): Promise<{ address: string; row: Record<string, unknown> }[]> =>
    (
      await database.rows(
        `SELECT DISTINCT ON (schema, name) schema_name AS schema, ${what}_name AS name, * FROM duckdb_${from}()
         WHERE database_name = current_database() AND ${where} ORDER BY schema, name`,
      )
    ).map((row) => ({
      address: `${quoteName(textOf(row['schema']))}.${quoteName(textOf(row['name']))}`,
      row,
    }));
  const addresses = async (...about: Parameters<typeof list>): Promise<string[]> =>
    (await list(...about)).map(({ address }) => address);
  const columns = await database.rows(
    `SELECT table_oid, column_name AS name, data_type AS type FROM duckdb_columns()
     WHERE database_name = current_database() AND NOT internal ORDER BY column_index`,
  );
  const keys = await database.rows(
    `SELECT schema_name AS schema, referenced_table AS name FROM duckdb_constraints()
     WHERE database_name = current_database() AND constraint_type = 'FOREIGN KEY' AND constraint_text <> ''`,
  );
  return {
    schemas: (await list('schema', 'schemas', "NOT internal OR schema_name = 'main'")).map(({ row }) =>
      quoteName(textOf(row['name'])),
    ),
    tables: (await list('table', 'tables', 'NOT internal AND NOT temporary')).map(({ address, row }) => ({
      address,
      schema: textOf(row['schema']),
      name: textOf(row['name']),
      rows: Number(row['estimated_size']),
      referred: keys.some(({ schema, name }) => schema === row['schema'] && name === row['name']),
      columns: columns
        .filter((column) => column['table_oid'] === row['table_oid'])
        .map((column) => ({ name: textOf(column['name']), type: textOf(column['type']) })),
    })),
    views: await addresses('view', 'views', 'NOT internal AND NOT temporary'),
    sequences: await addresses('sequence', 'sequences', 'NOT temporary'),
    types: await addresses('type', 'types', 'NOT internal'),
    indexes: await addresses('index', 'indexes'),
    macros: (await list('function', 'functions', 'NOT internal')).map(({ address, row }) => ({
      address,
      table: row['function_type'] === 'table_macro',
    })),
  };
}
