import { asApplication } from '../as-application.ts';
import type { Database } from '../database.ts';
import { quoteText } from '../sql-text.ts';
import { inAnyCase } from './list-tables.ts';
import { inOneOrder } from './unordered-lists.ts';

const listings = {
  schema: `SELECT schema_name, comment, tags FROM duckdb_schemas() WHERE $ AND NOT internal`,
  // One that has ended has ended: how often it was asked since, which DuckDB counts, makes no difference.
  sequence: `SELECT * REPLACE (if(next::HUGEINT BETWEEN min_value AND max_value, next, 'ended') AS next)
    FROM (SELECT schema_name, sequence_name, comment, tags, increment_by, min_value, max_value, cycle,
      regexp_extract(sql, 'START (-?[0-9]+) (NO )?CYCLE;$', 1) AS next FROM duckdb_sequences() WHERE $ AND NOT temporary)`,
  type: `SELECT schema_name, type_name, logical_type, comment, tags, labels FROM duckdb_types() WHERE $ AND NOT internal`,
  table: `SELECT schema_name, table_name, comment, tags, sql FROM duckdb_tables() WHERE $ AND NOT internal AND NOT temporary`,
  column: `SELECT schema_name, table_name, column_name, column_index, comment, column_default, is_nullable, data_type
    FROM duckdb_columns() WHERE $ AND NOT internal AND table_oid IN (SELECT table_oid FROM duckdb_tables())`,
  // Nothing else: DuckDB keeps a view's columns as they were when it was last read, whatever became of its tables.
  comment: `SELECT schema_name, table_name, column_name, comment FROM duckdb_columns()
    WHERE $ AND NOT internal AND comment IS NOT NULL AND table_oid NOT IN (SELECT table_oid FROM duckdb_tables())`,
  constraint: `SELECT schema_name, table_name, constraint_type, constraint_text, expression, constraint_column_names,
    constraint_name, CASE WHEN constraint_text = '' THEN table_name ELSE referenced_table END AS referenced, referenced_column_names FROM duckdb_constraints() WHERE $`,
  index: `SELECT schema_name, index_name, table_name, comment, tags, is_unique, is_primary, expressions, sql
    FROM duckdb_indexes() WHERE $`,
  view: `SELECT schema_name, view_name, comment, tags, sql FROM duckdb_views() WHERE $ AND NOT internal AND NOT temporary`,
  macro: `SELECT schema_name, function_name, function_type, comment, tags, parameters, parameter_types, macro_definition
    FROM duckdb_functions() WHERE $ AND NOT internal`,
} as const;

/**
 * Everything that DuckDB's catalogue functions say about a database, a line for each thing, sorted; but for these views
 * and macros, as `["view",<schema>,<name>]`. `macros` tells whether there are any: DuckDB looks through all of its own
 * for them.
 */
export async function describeCatalogue(
  database: Database,
  { macros, except = new Set() }: { readonly macros: boolean; readonly except?: ReadonlySet<string> },
): Promise<string[]> {
  const lines: string[] = [];
  for (const [kind, select] of Object.entries(listings)) {
    if (kind === 'macro' && !macros) continue;
    const sql = select.replace(/\$(?= AND|$)/, `database_name = ${quoteText(database.name)}`);
    const read = () => database.rows(sql);
    // DuckDB reads the SQL of each CHECK to list it.
    for (const row of kind === 'constraint' ? await asApplication(database, read) : await read()) {
      const { of, name } = named[kind] ?? { of: '', name: '' };
      if (!except.has(JSON.stringify([of, row['schema_name'], row[name]])))
        lines.push(`${kind} ${JSON.stringify(row, (_key, value: unknown) => comparable(value))}`);
    }
  }
  return lines.sort();
}

function comparable(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'string') return value;
  // Names are the same in any case; a foreign key has them as they were written, and is made with those of the columns.
  return inOneOrder(readAgain(value)).replaceAll(/\bFOREIGN KEY \([^)]*\)/g, inAnyCase);
}

/** DuckDB 1.5 writes `AS DOUBLE` where it stood in its own rules, and `AS "DOUBLE"` when it has read that. */
function readAgain(text: string): string {
  return text.replaceAll(/ AS "([A-Z]+)"\)/g, ' AS $1)');
}

const named: Readonly<Record<string, { readonly of: string; readonly name: string }>> = {
  view: { of: 'view', name: 'view_name' },
  comment: { of: 'view', name: 'table_name' },
  macro: { of: 'macro', name: 'function_name' },
};

/** Lines that only one of two descriptions has. */
export function differences(source: readonly string[], copy: readonly string[]): string[] {
  const [left, right] = [new Set(source), new Set(copy)];
  return [
    ...source.filter((line) => !right.has(line)).map((line) => `missing: ${line}`),
    ...copy.filter((line) => !left.has(line)).map((line) => `added: ${line}`),
  ];
}
