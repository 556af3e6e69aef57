import { addressOf } from '../catalogue/addresses.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import { withEnoughMemory } from '../more-memory.ts';
import { quoteName } from '../sql-text.ts';
import { loadSelfReferring, stagedNames } from './load-self-referring.ts';

/** Pieces that are read by one statement. */
const together = 40;

/** Puts the rows that the selects give into the table, in their order. */
export async function loadTable(
  database: Database,
  table: DetailedTable,
  selects: readonly string[],
): Promise<void> {
  const columns = table.columns.map(({ name }) => quoteName(name)).join(', ');
  const self = table.references.includes(table.name);
  const staging = 'temp.main.backup_staging';
  for (let at = 0; at < selects.length; at += together) {
    const rows = selects.slice(at, at + together).join(' UNION ALL ');
    const sql = !self
      ? `INSERT INTO ${addressOf(database, table)} (${columns}) ${rows}`
      : at === 0
        ? `CREATE TEMP TABLE ${staging} AS SELECT * FROM (${rows}) AS rows(${stagedNames(table).join(', ')})`
        : `INSERT INTO ${staging} ${rows}`;
    await withEnoughMemory(database, () => database.run(sql));
  }
  if (self && selects.length > 0) {
    await loadSelfReferring(database, table, { staging, columns });
    await database.run(`DROP TABLE ${staging}`);
  }
}
