import type { Database } from '../duckdb/database.ts';
import { hasFlag, transferFlags as flag } from '../../stores/ledger/port.ts';

/** Amounts of an account; `pending` counts what has expired only where it says so. */
export interface Balances {
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
}

/** A pending transfer that was neither posted nor voided. */
export interface OpenPending {
  readonly id: bigint;
  readonly timestamp: bigint;
  readonly debitAccountId: bigint;
  readonly creditAccountId: bigint;
  readonly amount: bigint;
  readonly flags: number;
  /** When it expires, ns; 0: never. */
  readonly expires: bigint;
}

const halves = (name: string): string => `${name}_high, ${name}_low`;
const moved = 'sum(amount_high) AS amount_high, sum(amount_low) AS amount_low';
/** Flags of which a transfer has one that posts or voids another. */
export const ends = flag.postPendingTransfer | flag.voidPendingTransfer;

/** When a transfer expires, ns; 0: never. */
export const expiry =
  'CASE WHEN timeout = 0 THEN 0 ELSE timestamp::HUGEINT + timeout::HUGEINT * 1000000000 END';

/**
 * Tables that transfers are summed up in, out of memory where they grow. `moves` holds sums of what was posted, each
 * half of a 128-bit amount for itself, so that no sum can overflow; `carried` is the same of an earlier backup.
 */
export async function createState(database: Database): Promise<void> {
  await database.run(`
    CREATE TABLE moves (side VARCHAR, id_high UBIGINT, id_low UBIGINT, amount_high HUGEINT, amount_low HUGEINT);
    CREATE TABLE carried AS FROM moves;
    CREATE TABLE pendings (
      timestamp UBIGINT, id_high UBIGINT, id_low UBIGINT,
      debit_account_id_high UBIGINT, debit_account_id_low UBIGINT,
      credit_account_id_high UBIGINT, credit_account_id_low UBIGINT,
      amount_high UBIGINT, amount_low UBIGINT, flags USMALLINT, expires HUGEINT);
    CREATE TABLE ended (id_high UBIGINT, id_low UBIGINT);
    CREATE VIEW open AS FROM pendings ANTI JOIN ended USING (id_high, id_low);`);
}

/** Takes transfers into account: a table, or anything that can stand after FROM. Each transfer once, in any order. */
export async function addTransfers(database: Database, from: string): Promise<void> {
  for (const side of ['debit', 'credit']) {
    await database.run(
      `INSERT INTO moves SELECT '${side}', ${halves(`${side}_account_id`)}, ${moved} FROM ${from}
       WHERE flags & ${flag.pending | flag.voidPendingTransfer} = 0 GROUP BY ALL`,
    );
  }
  await database.run(
    `INSERT INTO pendings
     SELECT timestamp, ${['id', 'debit_account_id', 'credit_account_id', 'amount'].map(halves).join(', ')}, flags,
            ${expiry}
     FROM ${from} WHERE flags & ${flag.pending} <> 0`,
  );
  await database.run(
    `INSERT INTO ended SELECT ${halves('pending_id')} FROM ${from} WHERE flags & ${ends} <> 0`,
  );
}

/**
 * Makes the table `computed`: what each account's balances are by its transfers. Pending transfers that have expired up
 * to `expired` (ns) are released, later ones are not.
 */
export async function computeBalances(database: Database, expired: bigint): Promise<void> {
  const pending = (side: string): string =>
    `SELECT '${side}_pending' AS side, ${side}_account_id_high AS id_high, ${side}_account_id_low AS id_low,
            amount_high::HUGEINT AS amount_high, amount_low::HUGEINT AS amount_low
     FROM open WHERE expires = 0 OR expires > ${expired}`;
  const carried = (name: string, side: string): string => {
    const sum = (half: string) => `coalesce(sum(${half}) FILTER (side = '${side}'), 0)`;
    return `${sum('amount_high')} + ${sum('amount_low')} // 18446744073709551616 AS ${name}_high,
            ${sum('amount_low')} % 18446744073709551616 AS ${name}_low`;
  };
  await database.run(
    `CREATE OR REPLACE TABLE computed AS
     SELECT id_high, id_low, ${carried('debits_posted', 'debit')}, ${carried('credits_posted', 'credit')},
            ${carried('debits_pending', 'debit_pending')}, ${carried('credits_pending', 'credit_pending')}
     FROM (FROM moves UNION ALL FROM carried UNION ALL BY NAME ${pending('debit')} UNION ALL BY NAME ${pending('credit')})
     GROUP BY id_high, id_low`,
  );
}

/** A value of two columns. */
export function wideOf(row: Readonly<Record<string, unknown>>, name: string): bigint {
  return (integerOf(row[`${name}_high`]) << 64n) + integerOf(row[`${name}_low`]);
}

export function integerOf(value: unknown): bigint {
  return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : 0n;
}

/** What is in `open`, in the order in which it expires. */
export async function openPendings(database: Database): Promise<readonly OpenPending[]> {
  const rows = await database.rows('FROM open ORDER BY expires, timestamp');
  return rows.map((row) => ({
    id: wideOf(row, 'id'),
    timestamp: integerOf(row['timestamp']),
    debitAccountId: wideOf(row, 'debit_account_id'),
    creditAccountId: wideOf(row, 'credit_account_id'),
    amount: wideOf(row, 'amount'),
    flags: Number(row['flags']),
    expires: integerOf(row['expires']),
  }));
}

/** Whether a transfer posts or voids another. */
export function endsPending(flags: number): boolean {
  return hasFlag(flags, ends);
}
