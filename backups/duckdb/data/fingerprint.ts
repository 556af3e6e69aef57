import { type Column, type Table } from '../catalogue/list-tables.ts';
import { addressOf } from '../catalogue/addresses.ts';
import type { Database } from '../database.ts';
import { quoteName, textOf } from '../sql-text.ts';

/** Rows of a row group, by `rowid // 122880`. */
export const chunkRows = 122_880;

/**
 * Of any set of rows, whatever their order: how many, the sum and the xor of their hashes of 64 bits (decimal). Another
 * set of as many rows has the same with a chance of about 2^-64.
 */
export interface Fingerprint {
  readonly rows: number;
  readonly sum: string;
  readonly xor: string;
}

export interface ChunkFingerprint extends Fingerprint {
  readonly chunk: number;
  /** Of the rows with their places: other than for the same rows in another order. */
  readonly placed: string;
  /**
   * It may hold -0.0 or a NaN with a sign: equal to 0.0 and NaN, so that dictionaries and DuckDB's own compression may
   * unify them.
   */
  readonly signed: boolean;
}

/** Of every row group of a table that has rows, in order; without those to be left out. */
export async function fingerprintChunks(
  database: Database,
  table: Table,
  without: ReadonlySet<number> = new Set(),
): Promise<ChunkFingerprint[]> {
  const hidden = `(SELECT ${stored(table)}, row_number() OVER () AS "backup row" FROM ${addressOf(database, table)})`;
  const [chunk, place, from] = table.hidesRowId
    ? ['0', '"backup row"', hidden]
    : [`rowid // ${chunkRows}`, `rowid % ${chunkRows}`, rowsBetween(database, table, without)];
  const rows = await database.rows(
    `SELECT ${chunk} AS chunk, ${signedIn(table.columns)} AS signed, ${aggregates(table.columns)},
       bit_xor(hash(xor(${rowHash(exactTerms(table.columns))}, (${place})::UBIGINT)))::VARCHAR AS placed
     FROM ${from} GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({
    chunk: Number(row['chunk']),
    placed: textOf(row['placed']),
    signed: row['signed'] === true,
    ...read(row),
  }));
}

/** Generated columns call macros of the application. */
function stored({ columns }: Table): string {
  return columns.map(({ name, readAs = name }) => quoteName(readAs)).join(', ');
}

/** The rows of all other chunks, each run of them by its row ids: the rest of the table is not read. */
function rowsBetween(database: Pick<Database, 'name'>, table: Table, without: ReadonlySet<number>): string {
  if (without.size === 0) return addressOf(database, table);
  const left = [...without].sort((a, b) => a - b);
  const select = `SELECT rowid, ${stored(table)} FROM ${addressOf(database, table)} WHERE rowid`;
  const runs = left.flatMap((chunk, index) => {
    const from = index === 0 ? 0 : (left[index - 1] ?? 0) + 1;
    return from === chunk ? [] : [`${select} >= ${from * chunkRows} AND rowid < ${chunk * chunkRows}`];
  });
  const after = `${select} >= ${((left.at(-1) ?? 0) + 1) * chunkRows}`;
  return `(${[...runs, after].join(' UNION ALL ')})`;
}

/** Of all rows that a table, a view or a subquery gives. `plain` takes values that are equal for the same. */
export async function fingerprintAll(
  database: Database,
  from: string,
  columns: readonly Column[],
  how: 'exact' | 'plain' = 'exact',
): Promise<Fingerprint> {
  const [row] = await database.rows(`SELECT ${aggregates(columns, how)} FROM ${from}`);
  return row && row['rows'] !== 0n ? read(row) : nothing;
}

const nothing: Fingerprint = { rows: 0, sum: '0', xor: '0' };

export function combine(parts: readonly Fingerprint[]): Fingerprint {
  let [rows, sum, xor] = [0, 0n, 0n];
  for (const part of parts) {
    rows += part.rows;
    sum += BigInt(part.sum);
    xor ^= BigInt(part.xor);
  }
  return { rows, sum: sum.toString(), xor: xor.toString() };
}

export function sameFingerprint(one: Fingerprint, other: Fingerprint): boolean {
  return one.rows === other.rows && one.sum === other.sum && one.xor === other.xor;
}

function read(row: Record<string, unknown>): Fingerprint {
  return { rows: Number(row['rows']), sum: textOf(row['sum']), xor: textOf(row['xor']) };
}

function aggregates(columns: readonly Column[], how: 'exact' | 'plain' = 'exact'): string {
  const terms =
    how === 'exact'
      ? exactTerms(columns)
      : columns.map(({ name, type, readAs = name }) => settled(quoteName(readAs), type));
  const hash = rowHash(terms);
  return `count(*) AS rows, sum(${hash}::HUGEINT)::VARCHAR AS sum, bit_xor(${hash})::VARCHAR AS xor`;
}

function exactTerms(columns: readonly Column[]): string[] {
  return columns.map(({ name, type, readAs = name }) => hashed(quoteName(readAs), type));
}

/** hash(a, b) is a product of one, xor the other: unmixed, rows that exchange values of the last column would go unseen. */
function rowHash(terms: readonly string[]): string {
  return `hash(hash(${terms.join(', ')}))`;
}

/** hash() takes 0.0 for -0.0, 1 month for 30 days, and NULL for [] and {NULL}: what tells them apart is hashed too. */
function hashed(name: string, type: string): string {
  if (holdsVariant(type)) return settled(name, type);
  if (type === 'DOUBLE' || type === 'FLOAT') return `${name}, signbit(${name})`;
  const simple = /^[A-Z0-9_ ]+$|^DECIMAL\([0-9,]+\)$|^ENUM\(/.test(type) && !type.endsWith(']');
  return simple && type !== 'INTERVAL' && type !== 'GEOMETRY' ? name : `${name}, ${name}::VARCHAR`;
}

/** The hash of a VARIANT is that of how it lies in memory, its text has its keys in any order: a checkpoint changes both. */
function settled(name: string, type: string): string {
  return holdsVariant(type) ? `variant_normalize(${name}::VARIANT)` : name;
}

function holdsVariant(type: string): boolean {
  return /\bVARIANT\b/.test(type) && !type.startsWith('ENUM(');
}

/** Whether there may be such a value; of nested values their text is asked, which may say yes once too often. */
function signedIn(columns: readonly Column[]): string {
  const terms = columns.flatMap(({ name, type, readAs = name }) => {
    const value = quoteName(readAs);
    if (type === 'DOUBLE' || type === 'FLOAT') return [`signbit(${value}) AND NOT ${value} < 0`];
    const within = /\b(DOUBLE|FLOAT|VARIANT)\b/.test(type) && !type.startsWith('ENUM(');
    const text = `${value}::VARCHAR`;
    return within ? [`contains(${text}, '-0.0') OR contains(${text}, '-nan')`] : [];
  });
  return terms.length === 0 ? 'false' : `bool_or(${terms.join(' OR ')})`;
}
