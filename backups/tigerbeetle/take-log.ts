import type { Ledger } from '../../stores/ledger/port.ts';
import type { BackupJob } from '../backup-taker.ts';
import { createClosedAccounts } from './closed-accounts.ts';
import type { LedgerDetails } from './manifest.ts';
import { readToNow } from './read-to-now.ts';
import type { Staging } from './staging.ts';
import type { TakenRows } from './take-full.ts';
import { accountQuery, takeRows, transferQuery } from './take-rows.ts';

/**
 * What was created after the parent's positions. Nothing is opened or stored where nothing was. Balances are compared by
 * the next full backup, which has all the transfers that they follow from.
 */
export async function takeLog(
  job: BackupJob,
  ledger: Ledger,
  work: { readonly staging: Staging; readonly segmentRows: number; readonly parent: LedgerDetails },
): Promise<TakenRows> {
  const { segmentRows, parent, staging } = work;
  const closed = createClosedAccounts(ledger, job.signal);
  const transfers = takeRows(job, transferQuery(ledger), {
    ...{ kind: 'transfers', begin: parent.transfers, segmentRows, staging },
    page: (page) => {
      closed.see(page);
      return Promise.resolve(page);
    },
  });
  const asOf = await readToNow(ledger, transfers);
  const accounts = takeRows(job, accountQuery(ledger), {
    ...{ kind: 'accounts', begin: parent.accounts, segmentRows, staging },
    page: (page) => closed.asCreated(page, asOf),
  });
  await accounts.readTo(asOf);
  return { asOf, accounts, transfers, balanced: null, sums: null, damaged: 0 };
}
