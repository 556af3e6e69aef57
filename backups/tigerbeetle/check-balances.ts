import { CodedError } from '../../errors/coded-error.ts';
import { batchLimit, type Ledger, type Transfer } from '../../stores/ledger/port.ts';
import type { Database } from '../duckdb/database.ts';
import { couldBeSeen, type Expiring } from './account-states.ts';
import {
  type Balances,
  computeBalances,
  endsPending,
  integerOf,
  openPendings,
  wideOf,
} from './ledger-state.ts';
import { newestOf, readPages } from './read-pages.ts';

/** A table of balances as the ledger gave them: `shapes.balances` of columns.ts. */
export const observed = 'observed';

/** Transfers after T up to now, by account, and the pending ones that they end. */
export interface Later {
  readonly byAccount: ReadonlyMap<bigint, readonly Transfer[]>;
  readonly pendings: ReadonlyMap<bigint, Transfer>;
}

/** Read once all accounts have been: whatever they show beyond T is in there. */
export async function readLater(ledger: Ledger, after: bigint, signal: AbortSignal): Promise<Later> {
  const to = (await newestOf(ledger)).transfer?.timestamp ?? 0n;
  const byAccount = new Map<bigint, Transfer[]>();
  const ended: bigint[] = [];
  const pages = readPages((query) => ledger.queryTransfers(query), { from: after, to }, signal);
  for await (const page of pages) {
    for (const transfer of page) {
      for (const account of [transfer.debitAccountId, transfer.creditAccountId]) {
        const transfers = byAccount.get(account);
        if (transfers === undefined) byAccount.set(account, [transfer]);
        else transfers.push(transfer);
      }
      if (endsPending(transfer.flags)) ended.push(transfer.pendingId);
    }
  }
  const pendings = new Map<bigint, Transfer>();
  for (let at = 0; at < ended.length; at += lookupRows) {
    for (const one of await ledger.lookupTransfers(ended.slice(at, at + lookupRows)))
      pendings.set(one.id, one);
  }
  return { byAccount, pendings };
}

/** Ids that a cluster takes whatever its message size is. */
const lookupRows = Math.min(200, batchLimit);

const names = ['debits_posted', 'credits_posted', 'debits_pending', 'credits_pending'] as const;

/**
 * Compares what the accounts showed with what their transfers up to T add up to. Accounts were read one page after the
 * other while clients wrote: an account that shows something else than at T must show what it had at some moment
 * between T and its reading, which its transfers since T tell exactly. Throws `balances-differ` with the first account
 * for which that is not so. Returns the number of accounts compared.
 */
export async function checkBalances(database: Database, later: Later): Promise<number> {
  // Nothing counts as expired here: what has been released is found account by account.
  await computeBalances(database, 0n);
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
  const suspects = await database.rows('FROM suspects');
  const expiring = await expiringOf(database);
  for (const row of suspects) {
    const id = wideOf(row, 'id');
    const base = balancesOf(row, 'base');
    const seen = balancesOf(row, 'seen');
    const history = {
      base,
      later: later.byAccount.get(id) ?? [],
      expiring: expiring.get(id) ?? [],
      pendings: later.pendings,
    };
    if (!couldBeSeen(id, seen, history)) throw different(id, seen, base);
  }
  const [unknown] = await database.rows(
    `SELECT id_high, id_low FROM computed ANTI JOIN ${observed} USING (id_high, id_low) LIMIT 1`,
  );
  if (unknown !== undefined) {
    throw new CodedError(
      'balances-differ',
      `Transfers name account ${wideOf(unknown, 'id')}, which the ledger does not have.`,
      { facts: { account: String(wideOf(unknown, 'id')) } },
    );
  }
  const [counted] = await database.rows(`SELECT count(*) AS accounts FROM ${observed}`);
  return Number(integerOf(counted?.['accounts']));
}

/** Open pending transfers of the suspects that may have expired, by account. */
async function expiringOf(database: Database): Promise<ReadonlyMap<bigint, Expiring[]>> {
  const suspect = (side: string): string =>
    `(${side}_account_id_high, ${side}_account_id_low) IN (SELECT (id_high, id_low) FROM suspects)`;
  const pendings = await openPendings(
    database,
    `expires > 0 AND (${suspect('debit')} OR ${suspect('credit')})`,
  );
  const expiring = new Map<bigint, Expiring[]>();
  for (const { id, expires, amount, debitAccountId, creditAccountId } of pendings) {
    const put = (account: bigint, one: Expiring): void => {
      expiring.set(account, [...(expiring.get(account) ?? []), one]);
    };
    put(debitAccountId, { id, expires, debit: amount, credit: 0n });
    put(creditAccountId, { id, expires, debit: 0n, credit: amount });
  }
  return expiring;
}

function balancesOf(row: Readonly<Record<string, unknown>>, from: 'seen' | 'base'): Balances {
  return {
    debitsPosted: wideOf(row, `${from}_debits_posted`),
    creditsPosted: wideOf(row, `${from}_credits_posted`),
    debitsPending: wideOf(row, `${from}_debits_pending`),
    creditsPending: wideOf(row, `${from}_credits_pending`),
  };
}

function different(id: bigint, seen: Balances, base: Balances): CodedError {
  const text = ({ debitsPosted, creditsPosted, debitsPending, creditsPending }: Balances): string =>
    `debits ${debitsPosted} posted and ${debitsPending} pending, credits ${creditsPosted} posted and ${creditsPending} pending`;
  return new CodedError(
    'balances-differ',
    `Account ${id} shows ${text(seen)}; its transfers add up to ${text(base)}. The ledger cannot be trusted: compare its replicas before anything else is written.`,
    { facts: { account: String(id) } },
  );
}
