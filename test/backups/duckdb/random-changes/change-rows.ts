import { quoteName } from '../../../../backups/duckdb/sql-text.ts';
import { valueOf } from './column-values.ts';
import type { Dice } from './dice.ts';
import type { HeldTable, HeldThings } from './held-things.ts';

const rowGroup = 122_880;
const manyRows = 600_000;

type Change = (dice: Dice, held: HeldThings) => string[];

function onTable(make: (dice: Dice, table: HeldTable) => string[]): Change {
  return (dice, held) => {
    const table = dice.from(held.tables);
    return table ? make(dice, table) : [];
  };
}

/**
 * Names and expressions of the columns that values can be given to; keys go on from the highest, references name rows
 * that are there.
 */
function filled(dice: Dice, table: HeldTable): { readonly names: string; readonly values: string } {
  const salt = dice.below(1000);
  const pairs = table.columns.flatMap(({ name, type }, index): [string, string][] => {
    if (name === 'generated_one' || name === 'serial') return [];
    if (name === 'id') return [[name, `coalesce((SELECT max(id) FROM ${table.address}), -1) + 1 + i`]];
    if (name === 'up')
      return [
        [
          name,
          `CASE WHEN i % 3 = 0 THEN NULL ELSE (SELECT ${dice.once(2) ? 'min' : 'max'}(id) FROM ${table.address}) END`,
        ],
      ];
    const value = valueOf(type, salt + index * 7919);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    names: pairs.map(([name]) => quoteName(name)).join(', '),
    values: pairs.map(([, value]) => value).join(', '),
  };
}

function insert(dice: Dice, table: HeldTable, rows: number): string[] {
  const { names, values } = filled(dice, table);
  if (names === '') return [`INSERT INTO ${table.address} DEFAULT VALUES`];
  return [`INSERT INTO ${table.address} (${names}) SELECT ${values} FROM range(${rows}) r(i)`];
}

/** Some rows of a table: single ones, a run over a border of row groups, every so many, all. */
function someRows(dice: Dice): string {
  const at = rowGroup * dice.below(4) + dice.below(20) - 10;
  return (
    dice.from([
      `n = ${at}`,
      `n BETWEEN ${at} AND ${at + dice.below(300)}`,
      `n BETWEEN ${at} AND ${at + rowGroup}`,
      `n % ${dice.below(5) + 2} = 0`,
      `hash(n) % 1000 = ${dice.below(1000)}`,
      'true',
    ]) ?? 'true'
  );
}

/** Ids of rows, also of a table with a column that hides them. */
function where(dice: Dice, table: HeldTable): string {
  const rows = someRows(dice);
  const first = quoteName(table.columns[0]?.name ?? '');
  return table.columns.some(({ name }) => name === 'rowid')
    ? `hash(${first}::VARCHAR) % 7 = ${dice.below(7)}`
    : rows.replaceAll(/\bn\b/g, 'rowid');
}

/** Statements that change rows, a few or many, over the borders of row groups. */
export const rowChanges: Readonly<Record<string, Change>> = {
  insertFew: onTable((dice, table) => insert(dice, table, 1 + dice.below(30))),
  insertSingly: onTable((dice, table) => [
    ...insert(dice, table, 1),
    ...insert(dice, table, 1),
    ...insert(dice, table, 1),
  ]),
  insertMany: onTable((dice, table) =>
    table.rows > manyRows ? [] : insert(dice, table, rowGroup * (1 + dice.below(2)) + dice.below(40) - 20),
  ),
  double: onTable((_dice, table) =>
    table.rows > manyRows / 2 ? [] : [`INSERT INTO ${table.address} SELECT * FROM ${table.address}`],
  ),
  update: onTable((dice, table) => {
    const columns = dice.some(table.columns).flatMap(({ name, type }) => {
      const value = valueOf(type, dice.below(1000));
      return value === undefined ? [] : [`${quoteName(name)} = ${value.replaceAll(/\bi\b(?=[ )])/g, '5')}`];
    });
    return columns.length === 0
      ? []
      : [`UPDATE ${table.address} SET ${columns.join(', ')} WHERE ${where(dice, table)}`];
  }),
  delete: onTable((dice, table) => [`DELETE FROM ${table.address} WHERE ${where(dice, table)}`]),
  deleteAndInsert: onTable((dice, table) => [
    `DELETE FROM ${table.address} WHERE ${where(dice, table)}`,
    ...insert(dice, table, 1 + dice.below(30)),
  ]),
  truncate: onTable((_dice, table) => [`TRUNCATE ${table.address}`]),
  vacuum: () => ['VACUUM'],
};
