import { CodedError } from '../../errors/coded-error.ts';
import type { Database } from '../duckdb/database.ts';
import { couldBeSeen } from './account-states.ts';
import { type Balances, computeBalances, integerOf, wideOf } from './ledger-state.ts';
import { suspectsOf } from './suspects.ts';

/** By T most of what has expired longer ago is released; accounts for which that is not so take more work, no more. */
const releasedAfter = 60_000_000_000n;

/**
 * Compares what accounts showed (`observed`, a table of balances) with what their transfers up to T add up to. Accounts
 * were read one page after the other while clients wrote: an account that shows something else than at T must show what
 * it had at some moment between T and its reading, which its transfers since T tell exactly; they lie in `later`. Throws
 * `balances-differ` with the first account for which that is not so, or that the ledger lacks (`expected` are those that
 * it must have). Returns the number of accounts compared.
 */
export async function checkBalances(
  database: Database,
  {
    observed,
    expected,
    asOf,
  }: {
    readonly observed: string;
    readonly expected: string;
    /** T, ns. */
    readonly asOf: bigint;
  },
): Promise<number> {
  // Nothing counts as expired here: what has been released is found account by account.
  await computeBalances(database, 0n);
  for await (const suspect of suspectsOf(database, { observed, released: asOf - releasedAfter })) {
    if (!(await couldBeSeen(suspect.seen, suspect))) throw different(suspect);
  }
  const [unknown] = await database.rows(
    `SELECT id_high, id_low FROM ${expected} ANTI JOIN ${observed} USING (id_high, id_low) LIMIT 1`,
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

function different({
  id,
  seen,
  base,
}: {
  readonly id: bigint;
  readonly seen: Balances;
  readonly base: Balances;
}): CodedError {
  const text = ({ debitsPosted, creditsPosted, debitsPending, creditsPending }: Balances): string =>
    `debits ${debitsPosted} posted and ${debitsPending} pending, credits ${creditsPosted} posted and ${creditsPending} pending`;
  return new CodedError(
    'balances-differ',
    `Account ${id} shows ${text(seen)}; its transfers add up to ${text(base)}. The ledger cannot be trusted: compare its replicas before anything else is written.`,
    { facts: { account: String(id) } },
  );
}
