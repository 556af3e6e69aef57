import { CodedError, errorText } from '../../../errors/coded-error.ts';
import type { LeftOutCheck } from '../../backup-restorer.ts';
import type { DetailedTable, DuckdbDetails } from '../manifest.ts';
import { nameOf } from './choose-tables.ts';

/**
 * Restores, and again without each CHECK that refuses the rows that are to come back: one that asks for the time has let
 * in what it would not let in today. A constraint cannot be taken from a table, so that each is made anew.
 */
export async function withoutFailingChecks<T>(
  details: DuckdbDetails,
  restore: (details: DuckdbDetails) => Promise<T>,
): Promise<T & { readonly checksLeftOut: readonly LeftOutCheck[] }> {
  const checksLeftOut: LeftOutCheck[] = [];
  for (let current = details; ;) {
    try {
      return { ...(await restore(current)), checksLeftOut };
    } catch (error) {
      const failed = failedChecks(error);
      const less = withoutChecks(current, failed);
      if (less === current) throw error;
      checksLeftOut.push(...failed);
      current = less;
    }
  }
}

/** The very same details where none of the checks is found. */
export function withoutChecks(details: DuckdbDetails, checks: readonly LeftOutCheck[]): DuckdbDetails {
  const { items } = details.catalogue;
  const less = items.map((item) => {
    const own = checks.filter(({ table }) => item.kind === 'table' && table === nameOf(item));
    const sql = own.reduce(without, item.sql);
    return sql === item.sql ? item : { ...item, sql };
  });
  const same = less.every((item, index) => item === items[index]);
  return same ? details : { ...details, catalogue: { ...details.catalogue, items: less } };
}

/** The table's SQL as it is where the check is not found in it. */
function without(sql: string, { check }: LeftOutCheck): string {
  const text = check.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // DuckDB quotes the names of types when it has read its own text once more.
  const clause = `, ${text.replaceAll(/"([A-Z ]+)"/g, '"?$1"?')}(?=[,)])`;
  let cut = false;
  // Quoted names and texts are matched first, so that what they hold is passed over.
  return sql.replaceAll(new RegExp(`"(?:[^"]|"")*"|'(?:[^']|'')*'|${clause}`, 'g'), (found) => {
    if (cut || !found.startsWith(',')) return found;
    cut = true;
    return '';
  });
}

/** The error of rows that came in, with the CHECK that refuses them where that is what it says. */
export function refusedByCheck(table: DetailedTable, error: unknown): unknown {
  const text = errorText(error);
  const begin = `CHECK constraint failed on table ${table.name} `;
  const at = text.indexOf(begin);
  if (at < 0) return error;
  const [, check = null] =
    /^with expression (CHECK\([^]*?\))(?: \(Error: [^]*\))?$/.exec(text.slice(at + begin.length)) ?? [];
  return new CodedError(
    'object-damaged',
    `Table ${nameOf(table)} does not take its own rows back: ${text}. Restore the other tables by --tables.`,
    { cause: error, facts: { table: nameOf(table), check } },
  );
}

function failedChecks(error: unknown): LeftOutCheck[] {
  if (!(error instanceof CodedError)) return [];
  const { table, check } = error.facts;
  return typeof table === 'string' && typeof check === 'string' ? [{ table, check }] : [];
}
