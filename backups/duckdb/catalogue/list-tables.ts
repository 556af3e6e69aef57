import type { Database } from '../database.ts';
import { addressOf, isAmbiguous, qualified, withinSchema } from './addresses.ts';
import { sqlThatHolds } from './broken-not-null.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';

export interface Column {
  readonly name: string;
  /** As DuckDB writes it, enumerations with all their values: equal text, equal values. */
  readonly type: string;
  /** Its name in our copy, where that is another (see `showRowIds`). */
  readonly readAs?: string;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Those that are stored; generated ones are computed again. */
  readonly columns: readonly Column[];
  /** A column named `rowid`, generated ones too, hides the row's own id: such a table is one chunk (see `showRowIds`). */
  readonly hidesRowId: boolean;
  /** Tables of the same schema that its foreign keys name; itself too. */
  readonly references: readonly string[];
  readonly sql: string;
}

/** Every table of every schema of the database, referenced ones before those that refer to them. */
export async function listTables(database: Database): Promise<Table[]> {
  const where = `database_name = ${quoteText(database.name)}`;
  const [tables, columns, constraints] = [
    await database.rows(
      `SELECT schema_name AS schema, table_name AS name, sql, table_oid FROM duckdb_tables()
       WHERE ${where} AND NOT internal AND NOT temporary ORDER BY table_oid`,
    ),
    await database.rows(
      `SELECT table_oid, column_name AS name, data_type AS type, column_default IS NOT NULL AS has_default
       FROM duckdb_columns() WHERE ${where} AND NOT internal ORDER BY table_oid, column_index`,
    ),
    await database.rows(
      // Where it is the same table, DuckDB writes no text, and may give the name that the table had before.
      `SELECT table_oid, constraint_type AS kind, constraint_text AS text, constraint_column_names AS columns,
         CASE WHEN constraint_text = '' THEN table_name ELSE referenced_table END AS target, referenced_column_names AS target_columns
       FROM duckdb_constraints() WHERE ${where} AND constraint_type IN ('FOREIGN KEY', 'NOT NULL') ORDER BY constraint_index`,
    ),
  ];
  const found: Table[] = [];
  for (const row of tables) {
    const [schema, name] = [textOf(row['schema']), textOf(row['name'])];
    const listed = columns.filter((column) => column['table_oid'] === row['table_oid']);
    const own = constraints.filter((each) => each['table_oid'] === row['table_oid']);
    const sql = await sqlThatHolds(database, {
      ...{ schema, name, sql: textOf(row['sql']) },
      columns: listed.map((column) => textOf(column['name'])),
      notNull: own.filter(({ kind }) => kind === 'NOT NULL').flatMap((each) => namesIn(each['columns'])),
    });
    const keys = own
      .filter(({ kind }) => kind === 'FOREIGN KEY')
      .map((key) => ({ ...key, refersTo: tableNamed(tables, schema, textOf(key['target'])) }));
    found.push({
      schema,
      name,
      columns: await storedColumns(database, { schema, name, sql: textOf(row['sql']) }, listed),
      hidesRowId: listed.some((column) => textOf(column['name']).toLowerCase() === 'rowid'),
      references: keys.flatMap(({ refersTo }) => refersTo ?? []),
      sql: keptSql(database, { schema, sql }, keys),
    });
  }
  return inOrderOfReference(found);
}

interface ForeignKey extends Readonly<Record<string, unknown>> {
  /** The table that it names, as that is called now; undefined where it is lost. */
  readonly refersTo: string | undefined;
}

/** The name of the schema's table that is called so, in any case of its letters. */
function tableNamed(
  tables: readonly Readonly<Record<string, unknown>>[],
  schema: string,
  wanted: string,
): string | undefined {
  return tables
    .filter((table) => textOf(table['schema']) === schema)
    .map((table) => textOf(table['name']))
    .find((name) => inAnyCase(name) === inAnyCase(wanted));
}

/** Names are the same in any case of the letters of ASCII; a foreign key has them as they were written. */
export function inAnyCase(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

async function storedColumns(
  database: Database,
  table: { readonly schema: string; readonly name: string; readonly sql: string },
  columns: readonly Record<string, unknown>[],
): Promise<Column[]> {
  const stored: Column[] = [];
  for (const column of columns) {
    const name = textOf(column['name']);
    const maybe = column['has_default'] === true && table.sql.includes('GENERATED ALWAYS AS');
    if (maybe && (await isGenerated(database, `${addressOf(database, table)}(${quoteName(name)})`))) continue;
    stored.push({ name, type: textOf(column['type']) });
  }
  return stored;
}

/** No function of DuckDB 1.5 tells; its binder does. */
async function isGenerated(database: Database, target: string): Promise<boolean> {
  try {
    const prepared = await database.connection.prepare(`INSERT INTO ${target} VALUES (NULL)`);
    prepared.destroySync();
    return false;
  } catch (error) {
    if (String(error).includes('generated column')) return true;
    // It has looked at the column first: another one's default value names what is not there.
    if (/(Binder|Catalog) Error: /.test(String(error))) return false;
    throw error;
  }
}

/**
 * DuckDB's own text with the foreign keys that it spoils. Those take no catalog's name. DuckDB 1.5 lets a table be
 * renamed or dropped that a foreign key refers to, when a column was added to the referring one: that key goes, and the
 * rows stay.
 */
function keptSql(
  database: Database,
  { schema, sql }: { readonly schema: string; readonly sql: string },
  keys: readonly ForeignKey[],
): string {
  const ambiguous = isAmbiguous(database, schema);
  const repaired = repairForeignKeys(
    sql,
    keys.map((key) => ({
      text: textOf(key['text']),
      clause:
        key.refersTo === undefined ? undefined : foreignKey(ambiguous ? '' : `${quoteName(schema)}.`, key),
    })),
  );
  const named = qualified(database, schema, repaired);
  const refers = keys.some(({ refersTo }) => refersTo !== undefined);
  return ambiguous && refers ? withinSchema(database, schema, named) : named;
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.map(textOf) : [];
}

function foreignKey(within: string, key: ForeignKey): string {
  const names = (list: unknown): string => namesIn(list).map(quoteName).join(', ');
  return `FOREIGN KEY (${names(key['columns'])}) REFERENCES ${within}${quoteName(textOf(key['target']))}(${names(key['target_columns'])})`;
}

/**
 * DuckDB 1.5 does not quote the table and the schema that a foreign key names, and writes nothing at all where a foreign
 * key to the same table stands: `, ,` or `, )`. `text` is what it wrote, in order; without a `clause` it is taken out.
 */
export function repairForeignKeys(
  sql: string,
  keys: readonly { readonly text: string; readonly clause: string | undefined }[],
): string {
  let repaired = sql;
  let end = sql.length;
  // From the last on, since constraints follow the columns, whose defaults may hold any text.
  for (const { text, clause } of [...keys].reverse()) {
    const at = text === '' ? -1 : repaired.lastIndexOf(`, ${text}`, end);
    if (at < 0) continue;
    const anew = clause === undefined ? '' : `, ${clause}`;
    repaired = `${repaired.slice(0, at)}${anew}${repaired.slice(at + 2 + text.length)}`;
    end = at - 1;
  }
  const left = keys.filter(({ text }) => text === '').map(({ clause }) => clause);
  // Quoted names and texts are matched first, so that what they hold is passed over.
  return repaired.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'|, (?=[,)])/g, (found) =>
    found === ', ' ? `, ${left.shift() ?? ''}` : found,
  );
}

function inOrderOfReference(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const done = new Set<Table>();
  const visit = (table: Table): void => {
    if (done.has(table)) return;
    done.add(table);
    for (const target of table.references) {
      const found = tables.find((each) => each.schema === table.schema && each.name === target);
      if (found) visit(found);
    }
    ordered.push(table);
  };
  tables.forEach(visit);
  return ordered;
}
