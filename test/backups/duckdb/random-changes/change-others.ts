import { quoteName, quoteText } from '../../../../backups/duckdb/sql-text.ts';
import type { Dice } from './dice.ts';
import type { HeldThings } from './held-things.ts';

type Change = (dice: Dice, held: HeldThings) => string[];

const schemaNames = ['s', 'S "2"', '😀'];
const otherNames = ['v', 'w w', 'x"y', 'z'];
const each = (address: string | undefined, sql: (address: string) => string): string[] =>
  address === undefined ? [] : [sql(address)];

function fresh(dice: Dice, { schemas }: HeldThings): string {
  return `${dice.from(schemas) ?? '"main"'}.${quoteName(dice.from(otherNames) ?? '')}`;
}

/** Statements about all that is neither table nor row. */
export const otherChanges: Readonly<Record<string, Change>> = {
  createSchema: (dice) => [`CREATE SCHEMA ${quoteName(dice.from(schemaNames) ?? '')}`],
  dropSchema: (dice, { schemas }) =>
    each(dice.from(schemas), (schema) => `DROP SCHEMA ${schema}${dice.once(4) ? ' CASCADE' : ''}`),
  createView(dice, held) {
    const from = dice.once(2) ? dice.from(held.views) : dice.from(held.tables)?.address;
    const macro = dice.from(held.macros);
    const select =
      macro && dice.once(3)
        ? macro.table
          ? `SELECT * FROM ${macro.address}(2)`
          : `SELECT ${macro.address}(2) AS m`
        : `SELECT * FROM ${from ?? 'range(3)'} WHERE ';' <> ''''`;
    return [`CREATE OR REPLACE VIEW ${fresh(dice, held)} AS ${select}`];
  },
  dropView: (dice, { views }) => each(dice.from(views), (view) => `DROP VIEW ${view}`),
  renameView: (dice, { views }) =>
    each(
      dice.from(views),
      (view) => `ALTER VIEW ${view} RENAME TO ${quoteName(dice.from(otherNames) ?? '')}`,
    ),
  createMacro(dice, held) {
    const from = dice.from([...held.tables.map(({ address }) => address), ...held.views]);
    const other = dice.from(held.macros.filter(({ table }) => !table))?.address;
    const body =
      from !== undefined && dice.once(2)
        ? `TABLE SELECT *, a AS given FROM ${from}`
        : dice.from(['a + b', "a || ';''x'", ...(other === undefined ? [] : [`${other}(a)`])]);
    return [`CREATE OR REPLACE MACRO ${fresh(dice, held)}(a, b := ${dice.below(9)}) AS ${body ?? 'a'}`];
  },
  dropMacro: (dice, { macros }) => {
    const macro = dice.from(macros);
    return macro ? [`DROP MACRO${macro.table ? ' TABLE' : ''} ${macro.address}`] : [];
  },
  createSequence: (dice, held) => [
    `CREATE SEQUENCE ${fresh(dice, held)} ${dice.from(['', 'START 7', 'INCREMENT BY -2 MINVALUE -100 MAXVALUE 50 START 50', 'MAXVALUE 4', 'MAXVALUE 4 CYCLE', 'INCREMENT BY 3 MINVALUE -9 START -9']) ?? ''}`,
  ],
  nextval: (dice, { sequences }) =>
    each(
      dice.from(sequences),
      (sequence) => `SELECT nextval(${quoteText(sequence)}) FROM range(${1 + dice.below(6)})`,
    ),
  dropSequence: (dice, { sequences }) =>
    each(dice.from(sequences), (sequence) => `DROP SEQUENCE ${sequence}`),
  ownSequence: (dice, { sequences, tables }) => {
    const [sequence, table] = [dice.from(sequences), dice.from(tables)];
    return sequence && table ? [`ALTER SEQUENCE ${sequence} OWNED BY ${table.address}`] : [];
  },
  createType: (dice, held) => [
    `CREATE TYPE ${fresh(dice, held)} AS ${dice.from(["ENUM ('a', 'it''s; ', '')", 'STRUCT (x DECIMAL(9, 3), y INTEGER[])', 'UNION (i INTEGER, s VARCHAR)', 'BIGINT']) ?? ''}`,
  ],
  dropType: (dice, { types }) => each(dice.from(types), (type) => `DROP TYPE ${type}`),
  comment(dice, held) {
    const table = dice.from(held.tables);
    const column = dice.from(table?.columns ?? []);
    const macro = dice.from(held.macros);
    const targets = [
      table && `TABLE ${table.address}`,
      table && column && `COLUMN ${table.address}.${quoteName(column.name)}`,
      macro && `MACRO${macro.table ? ' TABLE' : ''} ${macro.address}`,
      ...(
        [
          ['VIEW', held.views],
          ['SEQUENCE', held.sequences],
          ['TYPE', held.types],
          ['INDEX', held.indexes],
        ] as const
      ).map(([what, all]) => {
        const one = dice.from(all);
        return one === undefined ? undefined : `${what} ${one}`;
      }),
    ].filter((target) => target !== undefined);
    const text = dice.from(["'it''s; \"a\" 😀'", "''", 'NULL', "'plain'"]) ?? 'NULL';
    return each(dice.from(targets), (target) => `COMMENT ON ${target} IS ${text}`);
  },
};
