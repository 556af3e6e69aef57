import { errorText } from '../../../errors/coded-error.ts';
import type { Database } from '../database.ts';
import type { Layout } from '../manifest.ts';
import { isOutOfMemory, withEnoughMemory } from '../more-memory.ts';
import { quoteName } from '../sql-text.ts';
import { type ChosenChunks, selectChunks } from './select-chunks.ts';

/**
 * Whether the rows of these chunks come back from their carriers as they are. DuckDB 1.5 does not read every text again
 * that it writes of an INTERVAL (more than 2^31 hours) or a GEOMETRY (a polygon with an empty ring); all others it does.
 */
export async function carriesExactly(
  database: Database,
  { table, layout, chunks }: ChosenChunks,
): Promise<boolean> {
  const columns = layout.columns.map((column, index) => ({ ...column, name: `c${index}` }));
  const doubtful = columns.filter(
    ({ type, carrier }) => carrier !== null && /\b(INTERVAL|GEOMETRY)\b/.test(type),
  );
  if (doubtful.length === 0) return true;
  const raw: Layout = { ...layout, columns: columns.map((column) => ({ ...column, carrier: null })) };
  const changed = doubtful.map(({ name, type, carrier }) => {
    const back = `TRY_CAST(CAST(${quoteName(name)} AS ${carrier ?? type}) AS ${type})`;
    // 1 month equals 30 days, and their texts do not.
    return `${back} IS DISTINCT FROM ${quoteName(name)} OR ${back}::VARCHAR IS DISTINCT FROM ${quoteName(name)}::VARCHAR`;
  });
  const sql = `SELECT 1 FROM (${selectChunks(database, { table, layout: raw, chunks })}) WHERE ${changed.join(' OR ')} LIMIT 1`;
  try {
    return (await withEnoughMemory(database, () => database.rows(sql))).length === 0;
  } catch (error) {
    if (isOutOfMemory(error) || /interrupt/i.test(errorText(error))) throw error;
    return false;
  }
}
