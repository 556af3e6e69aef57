import { quoteName, quoteText } from '../../../../backups/duckdb/sql-text.ts';
import { columnValues } from './column-values.ts';
import type { Dice } from './dice.ts';
import type { HeldTable, HeldThings } from './held-things.ts';

const tableNames = ['t', 'u', 'Rows', 'ta"b; \'le', 'select', '😀'];
const columnNames = ['a', 'B', 'c "q"', 'rowid', 'file_row_number', 'order', 'é', 'list', 'ref', 'filename'];

type Change = (dice: Dice, held: HeldThings) => string[];
const onTable =
  (make: (dice: Dice, table: HeldTable, held: HeldThings) => string[]): Change =>
  (dice, held) => {
    const table = dice.from(held.tables);
    return table ? make(dice, table, held) : [];
  };
const columnOf = (dice: Dice, table: HeldTable): string => quoteName(dice.from(table.columns)?.name ?? '');

function newType(dice: Dice, { types }: HeldThings): string {
  return (dice.once(6) ? dice.from(types) : undefined) ?? dice.from(Object.keys(columnValues)) ?? 'INTEGER';
}

function address(dice: Dice, { schemas }: HeldThings, names: readonly string[]): string {
  const schema = dice.once(2) ? '"main"' : (dice.from(schemas) ?? '"main"');
  return `${schema}.${quoteName(dice.from(names) ?? '')}`;
}

/** Statements that make, change and drop tables and columns. Many fail, for what depends on what; that is part of it. */
export const tableChanges: Readonly<Record<string, Change>> = {
  createTable(dice, held) {
    const columns = dice.some(columnNames).map((name) => {
      const rest =
        dice.from(['', '', '', ' NOT NULL DEFAULT ', ' UNIQUE', ' DEFAULT NULL', ' CHECK (true)']) ?? '';
      const type = newType(dice, held);
      const value = type === 'VARCHAR' ? "'d, ''e'" : type === 'INTEGER' ? '5' : 'NULL';
      return `${quoteName(name)} ${type}${rest.endsWith('DEFAULT ') ? `${rest}${value}` : rest}`;
    });
    const sequence = dice.from(held.sequences);
    if (sequence !== undefined && dice.once(4))
      columns.push(`serial BIGINT DEFAULT nextval(${quoteText(sequence)})`);
    if (dice.once(3)) columns.push('id INTEGER PRIMARY KEY');
    if (dice.once(6)) columns.push('generated_one INTEGER GENERATED ALWAYS AS (1 + 1)');
    return [`CREATE TABLE ${address(dice, held, tableNames)} (${columns.join(', ')})`];
  },
  createReferring(dice, held) {
    const target = dice.from(held.tables.filter(({ columns }) => columns.some(({ name }) => name === 'id')));
    const own = address(dice, held, tableNames);
    const to = target === undefined || dice.once(3) ? own : target.address;
    return [
      `CREATE TABLE ${own} (id INTEGER PRIMARY KEY, up INTEGER, v VARCHAR DEFAULT ', )', FOREIGN KEY (up) REFERENCES ${to}(id), CHECK (id >= 0))`,
    ];
  },
  createTableAs: onTable((dice, table, held) => [
    `CREATE TABLE ${address(dice, held, tableNames)} AS SELECT * FROM ${table.address} LIMIT ${dice.below(400_000)}`,
  ]),
  // Not those that others refer to: DuckDB 1.5 lets them go when a column was added there, and its checkpoints hang.
  dropTable: onTable((dice, table) =>
    table.referred ? [] : [`DROP TABLE ${table.address}${dice.once(3) ? ' CASCADE' : ''}`],
  ),
  renameTable: onTable((dice, table) =>
    table.referred
      ? []
      : [`ALTER TABLE ${table.address} RENAME TO ${quoteName(dice.from(tableNames) ?? '')}`],
  ),
  addColumn: onTable((dice, table, held) => {
    const type = newType(dice, held);
    const value = { INTEGER: ' DEFAULT 7', VARCHAR: " DEFAULT 'x'", DOUBLE: " DEFAULT '-0.0'" }[type] ?? '';
    return [
      `ALTER TABLE ${table.address} ADD COLUMN ${quoteName(dice.from(columnNames) ?? '')} ${type}${value}`,
    ];
  }),
  dropColumn: onTable((dice, table) => [`ALTER TABLE ${table.address} DROP COLUMN ${columnOf(dice, table)}`]),
  renameColumn: onTable((dice, table) => [
    `ALTER TABLE ${table.address} RENAME COLUMN ${columnOf(dice, table)} TO ${quoteName(dice.from(columnNames) ?? '')}`,
  ]),
  alterType: onTable((dice, table, held) => {
    const [column, type] = [columnOf(dice, table), newType(dice, held)];
    return [`ALTER TABLE ${table.address} ALTER ${column} TYPE ${type} USING TRY_CAST(${column} AS ${type})`];
  }),
  alterColumn: onTable((dice, table) => [
    `ALTER TABLE ${table.address} ALTER ${columnOf(dice, table)} ${dice.from(['SET DEFAULT NULL', 'DROP DEFAULT', 'SET NOT NULL', 'DROP NOT NULL']) ?? ''}`,
  ]),
  addKey: onTable((dice, table) => [
    `ALTER TABLE ${table.address} ADD PRIMARY KEY (${columnOf(dice, table)})`,
  ]),
  createIndex: onTable((dice, table) => [
    `CREATE${dice.once(3) ? ' UNIQUE' : ''} INDEX ${quoteName(`i ${dice.below(4)}`)} ON ${table.address} (${
      dice.once(4)
        ? `(${columnOf(dice, table)}::VARCHAR)`
        : dice
            .some(table.columns)
            .map(({ name }) => quoteName(name))
            .join(', ')
    })`,
  ]),
  dropIndex: (dice, { indexes }) => dice.some(indexes.slice(0, 1)).map((index) => `DROP INDEX ${index}`),
};
