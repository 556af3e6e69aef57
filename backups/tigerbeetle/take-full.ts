import { type Ledger } from '../../stores/ledger/port.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { Database } from '../duckdb/database.ts';
import { checkBalances } from './check-balances.ts';
import { createClosedAccounts } from './closed-accounts.ts';
import type { Earlier } from './earlier-backup.ts';
import { keepSegments } from './keep-segments.ts';
import { addTransfers } from './ledger-state.ts';
import { nothing, type StoredSegment } from './manifest.ts';
import { findTouched, observeTouched } from './observe-touched.ts';
import { readToNow } from './read-to-now.ts';
import { createRowTable } from './row-table.ts';
import type { Staging } from './staging.ts';
import { stageLater } from './stage-later.ts';
import { storeSums, type Sums } from './sums.ts';
import { accountQuery, type Rows, rowBytes, takeRows, transferQuery } from './take-rows.ts';

export interface TakenRows {
  readonly asOf: bigint;
  readonly accounts: Rows;
  readonly transfers: Rows;
  readonly balanced: number | null;
  readonly sums: Sums | null;
  /** Stored segments that are damaged, as far as was seen, and were read anew from the ledger. */
  readonly damaged: number;
}

const fresh: Earlier = { segments: [], accounts: nothing, transfers: nothing, summedTo: 0n };

/**
 * Everything up to now. What an earlier backup holds is referred to, and its sums are gone on from; the rest is read from
 * the ledger. All transfers together must add up to the balances that the accounts show: all of them, or, beside an
 * earlier backup, those that transfers have touched since. To be called when the sums have begun (`beginSums`).
 */
export async function takeFull(
  job: BackupJob,
  ledger: Ledger,
  work: {
    readonly staging: Staging;
    readonly segmentRows: number;
    readonly earlier: Earlier | undefined;
  },
): Promise<TakenRows> {
  const { segmentRows, staging } = work;
  const { segments, summedTo, ...ends } = work.earlier ?? fresh;
  const { signal } = job;
  const database = await staging.opened();
  const closed = createClosedAccounts(ledger, signal);
  await closed.seeStored(database, 'pendings');
  const balances = await createRowTable(await database.connect(), 'seen', 'balances');
  let asOf = 0n;

  const transfers = takeRows(job, transferQuery(ledger), {
    ...{ kind: 'transfers', segmentRows, staging },
    seen: (table) => addTransfers(database, after(table, summedTo)),
    page: (page) => {
      closed.see(page);
      return Promise.resolve(page);
    },
  });
  const accounts = takeRows(job, accountQuery(ledger), {
    ...{ kind: 'accounts', segmentRows, staging },
    page: (page) => {
      balances.add(page);
      return closed.asCreated(page, asOf);
    },
  });
  const ofKind = (kind: StoredSegment['kind']) => ({
    segments: segments.filter((segment) => segment.kind === kind),
    end: ends[kind],
  });
  const keep = { job, database, segmentRows };
  let damaged = await keepSegments(transfers, ofKind('transfers'), {
    ...keep,
    open: {
      wants: ({ to }) => BigInt(to) > summedTo,
      use: async (from) => {
        await addTransfers(database, after(from, summedTo));
        await closed.seeStored(database, from);
      },
    },
  });
  asOf = await readToNow(ledger, transfers);
  damaged += await keepSegments(accounts, ofKind('accounts'), keep);
  await accounts.readTo(asOf);
  await transfers.segments();
  balances.end();
  const observed =
    work.earlier === undefined ? 'seen' : await observeRest(job, ledger, { database, summedTo });
  const newest = transfers.position();
  await stageLater(database, ledger, { after: BigInt(newest.timestamp), signal });
  const expected = work.earlier === undefined ? 'computed' : 'touched';
  const balanced = await checkBalances(database, { observed, expected, asOf });
  const sums = newest.rows > 0 ? await storeSums(job, database) : null;
  return { asOf, accounts, transfers, damaged, balanced, sums };
}

function after(table: string, timestamp: bigint): string {
  return timestamp === 0n ? table : `(FROM ${table} WHERE timestamp > ${timestamp})`;
}

/** Besides accounts that were read to be stored, those that were stored before and that transfers have touched since. */
async function observeRest(
  { signal, progress }: BackupJob,
  ledger: Ledger,
  { database, summedTo }: { readonly database: Database; readonly summedTo: bigint },
): Promise<string> {
  await findTouched(database, summedTo);
  await observeTouched(database, ledger, {
    ...{ into: 'seen_again', besides: 'seen', signal },
    progress: (rows) => {
      progress(rows * rowBytes);
    },
  });
  await database.run('CREATE VIEW seen_all AS FROM seen UNION ALL FROM seen_again');
  return 'seen_all';
}
