import type { Ledger } from '../../stores/ledger/port.ts';
import { transferFlags as flag } from '../../stores/ledger/port.ts';
import type { Database } from '../duckdb/database.ts';
import type { Expiring, LaterTransfer, Side } from './account-states.ts';
import { type Balances, integerOf, wideOf } from './ledger-state.ts';
import { eachPage, newestOf } from './read-pages.ts';
import { createRowTable } from './row-table.ts';
import { sortedRows, type StreamedRow, streamRows } from './stream-rows.ts';

/** An account that shows other balances than its transfers up to T add up to. */
export interface Suspect {
  readonly id: bigint;
  readonly seen: Balances;
  /** By its transfers up to T, nothing released. */
  readonly base: Balances;
  /** Pending amounts that were open at T and may have been released since, in the order in which they expire. */
  readonly expiring: readonly Expiring[];
  /** Its transfers after T, in order; to be gone through before the next suspect is asked for. */
  readonly later: AsyncIterable<LaterTransfer>;
}

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

const names = ['debits_posted', 'credits_posted', 'debits_pending', 'credits_pending'] as const;
const halves = (name: string): string => `${name}_high, ${name}_low`;

/**
 * Accounts of a table of balances that differ from `computed`, by id, one after the other with what happened to it since:
 * the table `later` must be there. Three sorted queries are gone through side by side, so that memory holds one account.
 */
export async function* suspectsOf(database: Database, observed: string): AsyncGenerator<Suspect> {
  const value = (table: string, name: string): string =>
    `(coalesce(${table}.${name}_high, 0)::HUGEINT, coalesce(${table}.${name}_low, 0)::HUGEINT)`;
  const differs = names.map((name) => `${value('o', name)} <> ${value('c', name)}`).join(' OR ');
  const pick = names.flatMap((name) =>
    ['high', 'low'].flatMap((half) => [
      `o.${name}_${half} AS seen_${name}_${half}`,
      `c.${name}_${half} AS base_${name}_${half}`,
    ]),
  );
  await database.run(
    `CREATE OR REPLACE TABLE suspects AS
     SELECT o.id_high, o.id_low, ${pick.join(', ')}
     FROM ${observed} o LEFT JOIN computed c USING (id_high, id_low) WHERE ${differs}`,
  );
  const expiring = sortedRows(streamRows(database, expiringQuery));
  const later = sortedRows(streamRows(database, laterQuery));
  try {
    for await (const chunk of streamRows(database, 'FROM suspects ORDER BY id_high, id_low')) {
      for (const row of chunk) {
        const id = wideOf(row, 'id');
        const open: Expiring[] = [];
        for await (const one of expiring.of(id)) open.push(expiringOf(one));
        yield {
          ...{ id, seen: balancesOf(row, 'seen'), base: balancesOf(row, 'base') },
          ...{ expiring: open, later: transfersOf(later.of(id)) },
        };
      }
    }
  } finally {
    await expiring.end();
    await later.end();
  }
}

/** Each row twice, once for the account on either side, of those that are suspects. */
const ofSuspects = (from: string): string => {
  const side = (name: Side): string =>
    `SELECT '${name}' AS side, ${name}_account_id_high AS id_high, ${name}_account_id_low AS id_low,
            * RENAME (id_high AS transfer_high, id_low AS transfer_low) FROM ${from}`;
  return `(${side('debit')} UNION ALL ${side('credit')}) SEMI JOIN suspects USING (id_high, id_low)`;
};

const expiringQuery = `FROM ${ofSuspects('(FROM open WHERE expires > 0)')}
  ORDER BY id_high, id_low, expires, timestamp`;

const laterQuery = `
  WITH ends AS (
    SELECT ${halves('id')}, ${halves('amount')} FROM pendings
    UNION ALL SELECT ${halves('id')}, ${halves('amount')} FROM later WHERE flags & ${flag.pending} <> 0
  )
  SELECT l.*, e.amount_high AS ended_high, e.amount_low AS ended_low
  FROM (FROM ${ofSuspects('later')}) l
  LEFT JOIN ends e ON l.pending_id_high = e.id_high AND l.pending_id_low = e.id_low
  ORDER BY l.id_high, l.id_low, l.timestamp`;

async function* transfersOf(rows: AsyncIterable<StreamedRow>): AsyncGenerator<LaterTransfer> {
  for await (const row of rows) {
    const timeout = integerOf(row['timeout']);
    yield {
      ...{ id: wideOf(row, 'transfer'), side: sideOf(row), amount: wideOf(row, 'amount') },
      flags: Number(row['flags']),
      expires: timeout === 0n ? 0n : integerOf(row['timestamp']) + timeout * 1_000_000_000n,
      ended:
        row['ended_low'] === null
          ? undefined
          : { id: wideOf(row, 'pending_id'), amount: wideOf(row, 'ended') },
    };
  }
}

function expiringOf(row: StreamedRow): Expiring {
  const [id, amount] = [wideOf(row, 'transfer'), wideOf(row, 'amount')];
  return { id, side: sideOf(row), amount, expires: integerOf(row['expires']) };
}

function sideOf(row: StreamedRow): Side {
  return row['side'] === 'debit' ? 'debit' : 'credit';
}

function balancesOf(row: StreamedRow, from: 'seen' | 'base'): Balances {
  return {
    debitsPosted: wideOf(row, `${from}_debits_posted`),
    creditsPosted: wideOf(row, `${from}_credits_posted`),
    debitsPending: wideOf(row, `${from}_debits_pending`),
    creditsPending: wideOf(row, `${from}_credits_pending`),
  };
}
