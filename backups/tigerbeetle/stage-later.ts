import type { Ledger } from '../../stores/ledger/port.ts';
import type { Database } from '../duckdb/database.ts';
import { eachPage, newestOf } from './read-pages.ts';
import { createRowTable } from './row-table.ts';

/**
 * Stages what came after the last transfer that is stored, in the table `later`, out of memory where it grows. To be
 * called once all accounts have been read: whatever they show beyond T is in there.
 */
export async function stageLater(
  database: Database,
  ledger: Ledger,
  { after, signal }: { readonly after: bigint; readonly signal: AbortSignal },
): Promise<void> {
  const table = await createRowTable(await database.connect(), 'later', 'transfers');
  const to = (await newestOf(ledger)).transfer?.timestamp ?? 0n;
  await eachPage(
    (query) => ledger.queryTransfers(query),
    { from: after, to },
    {
      signal,
      use: (page) => {
        table.add(page);
      },
    },
  );
  table.end();
}
