import { errorText } from '../../../errors/coded-error.ts';
import { asApplication } from '../as-application.ts';
import type { Database } from '../database.ts';
import { withEnoughMemory } from '../more-memory.ts';
import { quoteName } from '../sql-text.ts';
import { withinSchema } from './addresses.ts';
import type { CatalogueItem } from './catalogue.ts';

type Failed = CatalogueItem & { readonly reason: string };

export interface Replayed {
  /** In the order in which they could be made. */
  readonly made: readonly CatalogueItem[];
  readonly failed: readonly Failed[];
}

/**
 * Makes the items, as often over those that failed as one more succeeds: views on views, macros on macros and defaults
 * on sequences come in any order. What is left is tried with its schema in use, as its application may have had it: a
 * macro names others as it was written.
 */
export function replay(database: Database, items: readonly CatalogueItem[]): Promise<Replayed> {
  return asApplication(database, () => makeAll(database, items));
}

async function makeAll(database: Database, items: readonly CatalogueItem[]): Promise<Replayed> {
  const made: CatalogueItem[] = [];
  let waiting: readonly Failed[] = items.map((item) => ({ ...item, reason: '' }));
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    const failed = await makeEach(database, waiting, made);
    waiting = failed.map(({ item, reason }) => ({ ...item, reason }));
    if (waiting.length === before) {
      const within = waiting.map((plain) => ({ ...plain, sql: inUse(database, plain), plain }));
      waiting = (await makeEach(database, within, made)).map(({ item }) => item.plain);
    }
  }
  return { made, failed: waiting };
}

function inUse(database: Database, { schema, sql }: CatalogueItem): string {
  return sql.startsWith('USE ') ? sql : withinSchema(database, schema, sql);
}

/** Those that could not be made, each with the reason; the others are added to `made`. */
async function makeEach<T extends CatalogueItem>(
  database: Database,
  items: readonly T[],
  made: CatalogueItem[],
): Promise<{ readonly item: T; readonly reason: string }[]> {
  const failed: { readonly item: T; readonly reason: string }[] = [];
  for (const item of items) {
    const { kind, schema, name, sql } = item;
    try {
      await withEnoughMemory(database, () => database.run(sql));
      made.push({ kind, schema, name, sql });
    } catch (error) {
      // It may have failed with another schema in use.
      if (sql.startsWith('USE ')) await database.run(`USE ${quoteName(database.name)}.main`);
      failed.push({ item, reason: errorText(error).split('\n', 1)[0] ?? '' });
    }
  }
  return failed;
}
