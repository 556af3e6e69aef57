import { transferFlags as flag } from '../../stores/ledger/port.ts';
import type { Database } from '../duckdb/database.ts';
import type { Expiring, LaterTransfer, Side } from './account-states.ts';
import { type Balances, ends, expiry, integerOf, wideOf } from './ledger-state.ts';
import { sortedRows, type StreamedRow, streamRows } from './stream-rows.ts';

/** An account that shows other balances than its transfers up to T add up to. */
export interface Suspect {
  readonly id: bigint;
  readonly seen: Balances;
  /** By its transfers up to T, nothing released. */
  readonly base: Balances;
  /** Its transfers after T, in order. These and `expiring` are to be gone through before the next suspect is asked for. */
  readonly later: AsyncIterable<LaterTransfer>;
  /** Pending amounts that may have been released, in the order in which they expire. */
  readonly expiring: AsyncIterable<Expiring>;
}

const names = ['debits_posted', 'credits_posted', 'debits_pending', 'credits_pending'] as const;
const halves = (name: string): string => `${name}_high, ${name}_low`;

/**
 * Accounts of a table of balances that differ from `computed`, by id, one after the other with what happened to it since:
 * the table `later` must be there. Three sorted queries are gone through side by side, so that memory holds one row of
 * each. Accounts whose only difference is what expired up to `released` (ns) are no suspects.
 */
export async function* suspectsOf(
  database: Database,
  { observed, released }: { readonly observed: string; readonly released: bigint },
): AsyncGenerator<Suspect> {
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
  await database.run(clearReleased(released));
  const expiring = sortedRows(streamRows(database, expiringQuery));
  const later = sortedRows(streamRows(database, laterQuery));
  try {
    for await (const chunk of streamRows(database, 'FROM suspects ORDER BY id_high, id_low')) {
      for (const row of chunk) {
        const id = wideOf(row, 'id');
        yield {
          ...{ id, seen: balancesOf(row, 'seen'), base: balancesOf(row, 'base') },
          ...{ later: transfersOf(later.of(id)), expiring: expiringOf(expiring.of(id)) },
        };
      }
    }
  } finally {
    await expiring.end();
    await later.end();
  }
}

/** Some columns of each row twice, once for the account on either side, of those that are suspects. */
const ofSuspects = (columns: string, from: string): string => {
  const side = (name: Side): string =>
    `SELECT '${name}' AS side, ${name}_account_id_high AS id_high, ${name}_account_id_low AS id_low, ${columns} FROM ${from}`;
  return `(${side('debit')} UNION ALL ${side('credit')}) SEMI JOIN suspects USING (id_high, id_low)`;
};

/**
 * Clears those that show just what is left when all that expired up to a time is released, so that years of it need not
 * be gone through. Amounts are summed up in halves: together they may have more than 128 bits.
 */
function clearReleased(upTo: bigint): string {
  const released = (['debit', 'credit'] as const).flatMap((side) =>
    ['high', 'low'].map(
      (half) =>
        `coalesce(sum(amount_${half}) FILTER (side = '${side}'), 0)::HUGEINT AS ${side}s_pending_${half}`,
    ),
  );
  const seen = (name: string, half: string): string => `s.seen_${name}_${half}::HUGEINT`;
  const base = (name: string, half: string): string => `coalesce(s.base_${name}_${half}, 0)::HUGEINT`;
  const posted = ['debits_posted', 'credits_posted'].flatMap((name) =>
    ['high', 'low'].map((half) => `${seen(name, half)} = ${base(name, half)}`),
  );
  const pending = ['debits_pending', 'credits_pending'].flatMap((name) => {
    const low = `(${seen(name, 'low')} + r.${name}_low)`;
    return [
      `${low} % 18446744073709551616 = ${base(name, 'low')}`,
      `${seen(name, 'high')} + r.${name}_high + ${low} // 18446744073709551616 = ${base(name, 'high')}`,
    ];
  });
  const expired = `(FROM open WHERE expires > 0 AND expires <= ${upTo})`;
  return `DELETE FROM suspects s USING (
      SELECT id_high, id_low, ${released.join(', ')} FROM ${ofSuspects(halves('amount'), expired)} GROUP BY ALL
    ) r
    WHERE ${['s.id_high = r.id_high', 's.id_low = r.id_low', ...posted, ...pending].join(' AND ')}`;
}

const accounts = `${halves('debit_account_id')}, ${halves('credit_account_id')}`;
const expiringQuery = `
  WITH ends AS (
    SELECT pending_id_high AS transfer_high, pending_id_low AS transfer_low, min(timestamp) AS until
    FROM later WHERE flags & ${ends} <> 0 GROUP BY ALL
  ), expiring AS (
    SELECT 0 AS since, timestamp, ${halves('id')}, ${accounts}, ${halves('amount')}, expires
    FROM open WHERE expires > 0
    UNION ALL SELECT timestamp, timestamp, ${halves('id')}, ${accounts}, ${halves('amount')}, ${expiry}
    FROM later WHERE flags & ${flag.pending} <> 0 AND timeout > 0
  )
  SELECT id_high, id_low, side, ${halves('amount')}, since, until
  FROM ${ofSuspects(`id_high AS transfer_high, id_low AS transfer_low, ${halves('amount')}, since, timestamp, expires`, 'expiring')}
  LEFT JOIN ends USING (transfer_high, transfer_low)
  ORDER BY id_high, id_low, expires, timestamp`;

const laterQuery = `
  WITH pending AS (
    SELECT ${halves('id')}, ${halves('amount')} FROM pendings
    UNION ALL SELECT ${halves('id')}, ${halves('amount')} FROM later WHERE flags & ${flag.pending} <> 0
  )
  SELECT l.*, p.amount_high AS ended_high, p.amount_low AS ended_low
  FROM (FROM ${ofSuspects(`${halves('pending_id')}, ${halves('amount')}, flags, timestamp`, 'later')}) l
  LEFT JOIN pending p ON l.pending_id_high = p.id_high AND l.pending_id_low = p.id_low
  ORDER BY l.id_high, l.id_low, l.timestamp`;

async function* transfersOf(rows: AsyncIterable<StreamedRow>): AsyncGenerator<LaterTransfer> {
  for await (const row of rows) {
    yield {
      ...{ timestamp: integerOf(row['timestamp']), side: sideOf(row), amount: wideOf(row, 'amount') },
      flags: Number(row['flags']),
      ended: row['ended_low'] === null ? undefined : wideOf(row, 'ended'),
    };
  }
}

async function* expiringOf(rows: AsyncIterable<StreamedRow>): AsyncGenerator<Expiring> {
  for await (const row of rows) {
    const until = row['until'] === null ? undefined : integerOf(row['until']);
    yield { side: sideOf(row), amount: wideOf(row, 'amount'), since: integerOf(row['since']), until };
  }
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
