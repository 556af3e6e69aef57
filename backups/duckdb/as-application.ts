import type { Database } from './database.ts';
import { quoteName, quoteText, textOf } from './sql-text.ts';

/**
 * Does work in which plain names mean what they mean to the application: a macro of its schema `main` comes before a
 * function of DuckDB's own. So views, constraints and default values are made and tried, rows put in, and DuckDB's list of
 * constraints read. Our own SQL in it must call no function that a macro may stand for. Foreign keys of a schema that is
 * named as a catalog are found when it is the `schema`.
 */
export async function asApplication<T>(
  database: Database,
  work: () => Promise<T>,
  schema = 'main',
): Promise<T> {
  const [row] = await database.rows("SELECT system.main.current_setting('search_path') AS path");
  const before = `SET search_path = ${quoteText(textOf(row?.['path']))}`;
  const path = ['main', schema].map((each) => `${quoteName(database.name)}.${quoteName(each)}`);
  await database.run(`SET search_path = ${quoteText(path.join())}`);
  let done: T;
  try {
    done = await work();
  } catch (error) {
    // What has failed says more than that its transaction or its connection has ended.
    await database.run(before).catch(() => undefined);
    throw error;
  }
  await database.run(before);
  return done;
}
