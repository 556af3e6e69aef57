import type { Database } from '../../backups/duckdb/database.ts';
import { quoteName, textOf } from '../../backups/duckdb/sql-text.ts';
import { withDatabase } from './duckdb-backups.ts';

const catalogueQueries = [
  'SELECT schema_name, sql FROM duckdb_schemas() WHERE database_name = current_database() AND NOT internal',
  `SELECT schema_name, table_name, comment, sql FROM duckdb_tables() WHERE database_name = current_database()`,
  `SELECT schema_name, table_name, column_name, column_index, comment, column_default, is_nullable, data_type FROM duckdb_columns()
   WHERE database_name = current_database() AND NOT internal AND table_oid IN (SELECT table_oid FROM duckdb_tables())`,
  `SELECT schema_name, table_name, column_name, comment FROM duckdb_columns()
   WHERE database_name = current_database() AND NOT internal AND comment IS NOT NULL`,
  `SELECT schema_name, table_name, constraint_type, constraint_text, constraint_column_names, constraint_name,
   if(constraint_text = '', table_name, referenced_table) AS referenced_table,
   referenced_column_names FROM duckdb_constraints() WHERE database_name = current_database()`,
  `SELECT schema_name, index_name, table_name, comment, is_unique, sql FROM duckdb_indexes() WHERE database_name = current_database()`,
  `SELECT schema_name, view_name, comment, sql FROM duckdb_views() WHERE database_name = current_database() AND NOT internal`,
  // How often one that has ended was asked since is no part of it.
  `SELECT schema_name, sequence_name, comment, increment_by, min_value, max_value, cycle,
   if(regexp_extract(sql, 'START (-?[0-9]+)', 1)::HUGEINT BETWEEN min_value AND max_value, sql, 'ended') AS sql
   FROM duckdb_sequences() WHERE database_name = current_database()`,
  `SELECT schema_name, type_name, logical_type, comment, labels FROM duckdb_types() WHERE database_name = current_database() AND NOT internal`,
  `SELECT schema_name, function_name, function_type, comment, parameters, macro_definition FROM duckdb_functions()
   WHERE database_name = current_database() AND NOT internal`,
] as const;

/**
 * What differs between two files, found by SQL alone: catalogue listings as text, and rows, one beside the other in their
 * order, each value beside its text (which tells apart what equality does not). `ignore` takes lines out; `unified` takes
 * -0.0 for 0.0 and -nan for nan, as DuckDB's own compression does when it checkpoints.
 */
export async function differencesBetween(
  source: string,
  copy: string,
  ignore: (line: string) => boolean = () => false,
  signs: 'exact' | 'unified' = 'exact',
): Promise<string[]> {
  const [before, after] = [await catalogueOf(source), await catalogueOf(copy)];
  const found = [
    ...before.filter((line) => !after.includes(line)).map((line) => `missing ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `added ${line}`),
  ].filter((line) => !ignore(line));
  if (found.length > 0) return found;
  return withDatabase(copy, async (database) => {
    await database.run(`ATTACH '${source.replaceAll("'", "''")}' AS comparison_source (READ_ONLY)`);
    const rows: string[] = [];
    for (const table of await tablesOf(database))
      rows.push(...(await rowDifferences(database, table, signs)));
    return rows;
  });
}

function catalogueOf(path: string): Promise<string[]> {
  return withDatabase(path, async (database) => {
    const lines: string[] = [];
    for (const query of catalogueQueries) {
      for (const { line } of await database.rows(`SELECT x::VARCHAR AS line FROM (${query}) x`)) {
        // DuckDB writes `AS DOUBLE` of its own making, and `AS "DOUBLE"` when it has read that.
        if (typeof line === 'string') lines.push(line.replaceAll(/ AS "([A-Z]+)"\)/g, ' AS $1)'));
      }
    }
    return [...lines, ...(await viewColumns(database))];
  });
}

/** As they are read now: what the catalogue says of a view's columns may be older than its tables. */
async function viewColumns(database: Database): Promise<string[]> {
  const lines: string[] = [];
  for (const { address } of await database.rows(
    `SELECT '"' || replace(schema_name, '"', '""') || '"."' || replace(view_name, '"', '""') || '"' AS address
     FROM duckdb_views() WHERE database_name = current_database() AND NOT internal AND NOT temporary`,
  )) {
    if (typeof address !== 'string') continue;
    const columns = await database
      .rows(
        `SELECT list(column_name || ' ' || column_type)::VARCHAR AS line FROM (DESCRIBE FROM ${quoteName(database.name)}.${address})`,
      )
      .catch((error: unknown): Record<string, unknown>[] => [{ line: String(error).split('\n', 1)[0] }]);
    lines.push(`view ${address} ${textOf(columns[0]?.['line'])}`);
  }
  return lines;
}

interface Listed {
  readonly address: string;
  readonly columns: readonly string[];
}

async function tablesOf(database: Database): Promise<Listed[]> {
  const rows = await database.rows(
    `SELECT '"' || replace(schema_name, '"', '""') || '"."' || replace(table_name, '"', '""') || '"' AS address,
       list('"' || replace(column_name, '"', '""') || '"' ORDER BY column_index) AS columns
     FROM duckdb_columns() c JOIN (SELECT table_oid FROM duckdb_tables()) t USING (table_oid)
     WHERE database_name = current_database() GROUP BY ALL`,
  );
  return rows.map(({ address, columns }) => ({
    address: typeof address === 'string' ? address : '',
    columns: Array.isArray(columns) ? columns.map((name) => (typeof name === 'string' ? name : '')) : [],
  }));
}

async function rowDifferences(
  database: Database,
  { address, columns }: Listed,
  signs: 'exact' | 'unified',
): Promise<string[]> {
  const text = (name: string): string =>
    signs === 'exact'
      ? `${name}::VARCHAR`
      : `regexp_replace(${name}::VARCHAR, '-(nan|0\\.0\\b)', '\\1', 'g')`;
  const [ours, theirs] = [`${quoteName(database.name)}.${address}`, `comparison_source.${address}`];
  if (await sameInOrder(database, { ours, theirs, columns, text })) return [];
  const values = columns.map((name) => `${text(name)}, ${name}`).join(', ');
  const numbered = (from: string): string =>
    `SELECT row_number() OVER () AS n, ${columns.map(text).join(', ')} FROM ${from}`;
  const [row] = await database.rows(
    `SELECT (SELECT count(*) FROM (SELECT ${values} FROM ${ours} EXCEPT ALL SELECT ${values} FROM ${theirs})) AS added,
       (SELECT count(*) FROM (SELECT ${values} FROM ${theirs} EXCEPT ALL SELECT ${values} FROM ${ours})) AS missing,
       (SELECT count(*) FROM (${numbered(ours)} EXCEPT ALL ${numbered(theirs)})) AS moved`,
  );
  return [
    `${address}: ${Object.entries(row ?? {})
      .map(([what, n]) => `${what} ${typeof n === 'bigint' ? n.toString() : '?'}`)
      .join(', ')}`,
  ];
}

/** Without the tables of hashes that EXCEPT ALL takes, which tells what differs where something does. */
async function sameInOrder(database: Database, { ours, theirs, columns, text }: Pair): Promise<boolean> {
  const shown = (from: string): string =>
    `SELECT ${columns.map((name, i) => `${text(name)} AS t${i}, ${name} AS v${i}`).join(', ')} FROM ${from}`;
  const differs = columns.map(
    (_, i) => `a.t${i} IS DISTINCT FROM b.t${i} OR a.v${i} IS DISTINCT FROM b.v${i}`,
  );
  const [row] = await database.rows(
    // A row of NULLs is as good as none to the join.
    `SELECT (SELECT count(*) FROM ${ours}) = (SELECT count(*) FROM ${theirs}) AND NOT EXISTS
       (FROM (${shown(ours)}) a POSITIONAL JOIN (${shown(theirs)}) b WHERE ${differs.join(' OR ')}) AS same`,
  );
  return row?.['same'] === true;
}

interface Pair {
  readonly ours: string;
  readonly theirs: string;
  readonly columns: readonly string[];
  readonly text: (name: string) => string;
}
