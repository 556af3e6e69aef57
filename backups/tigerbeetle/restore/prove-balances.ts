import { CodedError } from '../../../errors/coded-error.ts';
import { accountFlags, transferFlags } from '../../../stores/ledger/port.ts';
import { integerOf, wideOf } from '../ledger-state.ts';
import type { History } from './load-history.ts';

const names = ['debits_posted', 'credits_posted', 'debits_pending', 'credits_pending'];

/**
 * Compares the balances of every account of a restored ledger, a table of balances, with what the backup's transfers add
 * up to, and which accounts are closed. Throws `balances-differ` with the first that differs.
 */
export async function proveBalances({ database }: History, restored: string): Promise<void> {
  const differs = names.map((name) =>
    ['high', 'low'].map((half) => `r.${name}_${half} <> coalesce(c.${name}_${half}, 0)`).join(' OR '),
  );
  const closing = (side: string, flag: number): string =>
    `SELECT ${side}_account_id_high AS id_high, ${side}_account_id_low AS id_low
     FROM open WHERE flags & ${flag} <> 0`;
  const rows = await database.rows(
    `WITH closed AS (
       SELECT id_high, id_low FROM history_accounts WHERE flags & ${accountFlags.closed} <> 0
       UNION ${closing('debit', transferFlags.closingDebit)}
       UNION ${closing('credit', transferFlags.closingCredit)}
     )
     SELECT r.id_high, r.id_low, r.flags FROM ${restored} r LEFT JOIN computed c USING (id_high, id_low)
     WHERE ${differs.join(' OR ')} OR
       (r.flags & ${accountFlags.closed} <> 0) <> ((r.id_high, r.id_low) IN (SELECT (id_high, id_low) FROM closed))
     LIMIT 1`,
  );
  const [different] = rows;
  if (different === undefined) return;
  const id = wideOf(different, 'id');
  throw new CodedError(
    'balances-differ',
    `Account ${id} (flags ${integerOf(different['flags'])}) of the restored ledger does not have the balances or the state that the backup's transfers give it.`,
    { facts: { account: String(id) } },
  );
}
