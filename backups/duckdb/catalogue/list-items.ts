import type { Database } from '../database.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';
import { addressOf, keptAddress, qualified } from './addresses.ts';
import type { CatalogueItem } from './catalogue.ts';
import { unwrapValues } from './values-lists.ts';

/** Schemas, types, sequences, indexes and views, each as the SQL that makes it. */
export async function listPlainItems(database: Database): Promise<CatalogueItem[]> {
  const where = `database_name = ${quoteText(database.name)}`;
  const items: CatalogueItem[] = [];
  const add = (kind: CatalogueItem['kind'], row: Record<string, unknown>, sql: string): void => {
    items.push({ kind, schema: textOf(row['schema']), name: textOf(row['name']), sql });
  };
  for (const row of await database.rows(
    `SELECT schema_name AS schema, schema_name AS name FROM duckdb_schemas()
     WHERE ${where} AND NOT internal ORDER BY oid`,
  ))
    add('schema', row, `CREATE SCHEMA ${quoteName(textOf(row['name']))};`);
  for (const row of await database.rows(
    `SELECT schema_name AS schema, sequence_name AS name, increment_by::VARCHAR AS step, min_value::VARCHAR AS low,
       max_value::VARCHAR AS high, cycle, regexp_extract(sql, 'START (-?[0-9]+) (NO )?CYCLE;$', 1) AS next
     FROM duckdb_sequences() WHERE ${where} AND NOT temporary ORDER BY sequence_oid`,
  ))
    for (const sql of sequenceSql(database, row)) add('sequence', row, sql);
  for (const row of await database.rows(
    `SELECT schema_name AS schema, type_name AS name FROM duckdb_types() WHERE ${where} AND NOT internal ORDER BY type_oid`,
  )) {
    // DuckDB's own text of an enumeration does not quote its values; the name of a value's type does.
    const name = keptAddress(database, named(row));
    const [definition] = await database.rows(
      `SELECT typeof(NULL::${addressOf(database, named(row))}) AS type`,
    );
    add('type', row, `CREATE TYPE ${name} AS ${textOf(definition?.['type'])};`);
  }
  for (const [kind, source, oid] of [
    ['view', 'duckdb_views()', 'view_oid'],
    ['index', 'duckdb_indexes()', 'index_oid'],
  ] as const)
    for (const row of await database.rows(
      `SELECT schema_name AS schema, ${kind}_name AS name, sql FROM ${source}
       WHERE ${where} AND ${kind === 'view' ? 'NOT internal AND NOT temporary' : 'sql IS NOT NULL'} ORDER BY ${oid}`,
    ))
      add(kind, row, unwrapValues(qualified(database, textOf(row['schema']), textOf(row['sql']))));
  return items;
}

/** DuckDB's own text of a sequence lacks schema and quotes. One that has ended is made at its last value, which is taken. */
function sequenceSql(database: Database, row: Record<string, unknown>): string[] {
  const name = keptAddress(database, named(row));
  const [low, high, next] = [textOf(row['low']), textOf(row['high']), textOf(row['next'])];
  const ended = BigInt(next) > BigInt(high) || BigInt(next) < BigInt(low);
  const start = ended ? (BigInt(next) > BigInt(high) ? high : low) : next;
  return [
    `CREATE SEQUENCE ${name} INCREMENT BY ${textOf(row['step'])} MINVALUE ${low} MAXVALUE ${high} START ${start} ${row['cycle'] === true ? '' : 'NO '}CYCLE;`,
    ...(ended ? [`SELECT nextval(${quoteText(name)});`] : []),
  ];
}

/** `ALTER SEQUENCE … OWNED BY`, so that dropping the table drops the sequence as before. */
export async function listOwners(database: Database): Promise<CatalogueItem[]> {
  const rows = await database.rows(
    `SELECT s.schema_name AS schema, s.sequence_name AS name, t.schema_name AS table_schema, t.table_name AS table_name
     FROM duckdb_dependencies() d JOIN duckdb_sequences() s ON d.objid = s.sequence_oid
     JOIN duckdb_tables() t ON d.refobjid = t.table_oid
     WHERE d.deptype = 'a' AND s.database_name = ${quoteText(database.name)} AND t.database_name = s.database_name`,
  );
  return rows.map((row) => {
    const { schema, name } = named(row);
    const owner = { schema: textOf(row['table_schema']), name: textOf(row['table_name']) };
    // The owner's name takes no catalog.
    const sql = `ALTER SEQUENCE ${keptAddress(database, { schema, name })} OWNED BY ${quoteName(owner.schema)}.${quoteName(owner.name)};`;
    return { kind: 'owner', schema, name, sql };
  });
}

function named(row: Record<string, unknown>): { readonly schema: string; readonly name: string } {
  return { schema: textOf(row['schema']), name: textOf(row['name']) };
}

const commented = [
  ['TABLE', `SELECT schema_name, table_name, comment FROM duckdb_tables()`],
  ['VIEW', `SELECT schema_name, view_name, comment FROM duckdb_views()`],
  ['INDEX', `SELECT schema_name, index_name, comment FROM duckdb_indexes()`],
  ['SEQUENCE', `SELECT schema_name, sequence_name, comment FROM duckdb_sequences()`],
  ['TYPE', `SELECT schema_name, type_name, comment FROM duckdb_types()`],
  ['MACRO', `SELECT DISTINCT schema_name, function_name, comment FROM duckdb_functions()`],
  ['MACRO TABLE', `SELECT DISTINCT schema_name, function_name, comment FROM duckdb_functions()`],
  ['COLUMN', `SELECT schema_name, table_name, comment, column_name FROM duckdb_columns()`],
] as const;

/** Without macros those that DuckDB has are not looked through, which takes longer than all else. */
export async function listComments(
  database: Database,
  { macros }: { readonly macros: boolean },
): Promise<CatalogueItem[]> {
  const items: CatalogueItem[] = [];
  for (const [what, select] of commented) {
    if (what.startsWith('MACRO') && !macros) continue;
    const kind =
      what === 'MACRO'
        ? " AND function_type = 'macro'"
        : what === 'MACRO TABLE'
          ? " AND function_type = 'table_macro'"
          : '';
    const rows = await database.rows(
      `${select} WHERE database_name = ${quoteText(database.name)} AND comment IS NOT NULL${kind} ORDER BY ALL`,
    );
    for (const row of rows) {
      const [schema = '', name = '', comment = '', column] = Object.values(row).map(textOf);
      const target = `${keptAddress(database, { schema, name })}${column === undefined ? '' : `.${quoteName(column)}`}`;
      items.push({
        kind: 'comment',
        schema,
        name,
        sql: `COMMENT ON ${what} ${target} IS ${quoteText(comment)};`,
      });
    }
  }
  return items;
}
