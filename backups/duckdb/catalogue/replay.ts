import { errorText } from '../../../errors/coded-error.ts';
import type { Database } from '../database.ts';
import { withEnoughMemory } from '../more-memory.ts';
import type { CatalogueItem } from './catalogue.ts';

export interface Replayed {
  /** In the order in which they could be made. */
  readonly made: readonly CatalogueItem[];
  readonly failed: readonly (CatalogueItem & { readonly reason: string })[];
}

/**
 * Makes the items, as often over those that failed as one more succeeds: views on views, macros on macros and defaults
 * on sequences come in any order.
 */
export async function replay(database: Database, items: readonly CatalogueItem[]): Promise<Replayed> {
  const made: CatalogueItem[] = [];
  let waiting: (CatalogueItem & { readonly reason: string })[] = items.map((item) => ({
    ...item,
    reason: '',
  }));
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    const again: typeof waiting = [];
    for (const item of waiting) {
      try {
        await withEnoughMemory(database, () => database.run(item.sql));
        made.push({ kind: item.kind, schema: item.schema, name: item.name, sql: item.sql });
      } catch (error) {
        again.push({ ...item, reason: errorText(error).split('\n', 1)[0] ?? '' });
      }
    }
    waiting = again;
  }
  return { made, failed: waiting };
}
