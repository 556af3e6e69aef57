import { addressOf } from '../catalogue/addresses.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import { withEnoughMemory } from '../more-memory.ts';
import { quoteName } from '../sql-text.ts';
import { refusedByCheck } from './left-out-checks.ts';
import { loadSelfReferring, stagedNames } from './load-self-referring.ts';

/**
 * Puts the rows that the selects give into the table, in their order; the selects of a batch by one statement. Throws
 * `object-damaged` where a CHECK of the table refuses one.
 */
export async function loadTable(
  database: Database,
  table: DetailedTable,
  batches: AsyncIterable<readonly string[]>,
): Promise<void> {
  try {
    await load(database, table, batches);
  } catch (error) {
    throw refusedByCheck(table, error);
  }
}

async function load(
  database: Database,
  table: DetailedTable,
  batches: AsyncIterable<readonly string[]>,
): Promise<void> {
  const columns = table.columns.map(({ name }) => quoteName(name)).join(', ');
  const self = table.references.includes(table.name);
  const staging = 'temp.main.backup_staging';
  let staged = false;
  for await (const selects of batches) {
    const rows = selects.join(' UNION ALL ');
    const sql = !self
      ? `INSERT INTO ${addressOf(database, table)} (${columns}) ${rows}`
      : staged
        ? `INSERT INTO ${staging} ${rows}`
        : `CREATE TEMP TABLE ${staging} AS SELECT * FROM (${rows}) AS rows(${stagedNames(table).join(', ')})`;
    await withEnoughMemory(database, () => database.run(sql));
    staged = self;
  }
  if (staged) {
    await loadSelfReferring(database, table, { staging, columns });
    await database.run(`DROP TABLE ${staging}`);
  }
}
