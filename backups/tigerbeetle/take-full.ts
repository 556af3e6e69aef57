import { errorCode } from '../../errors/coded-error.ts';
import { type Ledger } from '../../stores/ledger/port.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { Database } from '../duckdb/database.ts';
import { checkBalances, observed, readLater } from './check-balances.ts';
import { createClosedAccounts } from './closed-accounts.ts';
import type { RowOf } from './columns.ts';
import { addTransfers, createState, wideOf } from './ledger-state.ts';
import { nothing, type StoredSegment } from './manifest.ts';
import { withSegment } from './prove-segments.ts';
import { readPages } from './read-pages.ts';
import { readToNow } from './read-to-now.ts';
import { createRowTable, type RowTable } from './row-table.ts';
import type { Staging } from './staging.ts';
import { accountQuery, type Rows, takeRows, transferQuery } from './take-rows.ts';

export interface TakenRows {
  readonly asOf: bigint;
  readonly accounts: Rows;
  readonly transfers: Rows;
  readonly balanced: number | null;
  /** Stored segments that could not be read and were read anew from the ledger. */
  readonly damaged: number;
}

/**
 * Everything up to now. Of what earlier backups hold, segments of at least half the full size are read from the store,
 * which proves them once more, and referred to; the rest is read from the ledger. All transfers together must add up to
 * the balances that the accounts show.
 */
export async function takeFull(
  job: BackupJob,
  ledger: Ledger,
  work: {
    readonly staging: Staging;
    readonly segmentRows: number;
    readonly stored: readonly StoredSegment[];
  },
): Promise<TakenRows> {
  const { segmentRows, stored, staging } = work;
  const database = await staging.opened();
  await createState(database);
  const closed = createClosedAccounts(ledger, job.signal);
  const balances = await createRowTable(await database.connect(), observed, 'balances');
  let asOf = 0n;

  const transfers = takeRows(job, transferQuery(ledger), {
    ...{ kind: 'transfers', segmentRows, staging },
    seen: (table) => addTransfers(database, table),
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
  const keep = { job, database, segmentRows };
  let damaged = await keepStored(transfers, segmentsOfKind(stored, 'transfers'), {
    ...keep,
    kept: async (from) => {
      await addTransfers(database, from);
      await closed.seeStored(database, from);
    },
  });
  asOf = await readToNow(ledger, transfers);
  damaged += await keepStored(accounts, segmentsOfKind(stored, 'accounts'), {
    ...keep,
    kept: () => Promise.resolve(),
    also: async ({ from, to }) => {
      await observe(
        balances,
        readPages(accountQuery(ledger), { from: BigInt(from), to: BigInt(to) }, job.signal),
      );
    },
  });
  await accounts.readTo(asOf);
  await transfers.segments();
  balances.end();
  const later = await readLater(ledger, asOf, job.signal);
  return { asOf, accounts, transfers, damaged, balanced: await checkBalances(database, later) };
}

async function observe(
  balances: RowTable<RowOf['balances']>,
  pages: AsyncIterable<readonly RowOf['accounts'][]>,
): Promise<void> {
  for await (const page of pages) balances.add(page);
}

function segmentsOfKind(stored: readonly StoredSegment[], kind: StoredSegment['kind']): StoredSegment[] {
  return stored.filter((segment) => segment.kind === kind);
}

/** Returns how many segments could not be read. */
async function keepStored(
  rows: Rows,
  segments: readonly StoredSegment[],
  work: {
    readonly job: BackupJob;
    readonly database: Database;
    readonly segmentRows: number;
    readonly kept: (from: string) => Promise<void>;
    readonly also?: (segment: StoredSegment) => Promise<void>;
  },
): Promise<number> {
  const { job, database, segmentRows } = work;
  const { catalog, scratch: folder, signal, progress } = job;
  let damaged = 0;
  for (const segment of segments) {
    if (segment.rows * 2 < segmentRows) continue;
    await rows.readTo(BigInt(segment.from));
    if (rows.position().timestamp !== segment.from && segment.from !== nothing.timestamp) continue;
    try {
      await withSegment(segment, { catalog, database, folder, signal, progress }, async ({ from }) => {
        const [last] = await database.rows(
          `SELECT id_high, id_low FROM ${from} WHERE timestamp = ${segment.to}`,
        );
        await work.kept(from);
        await work.also?.(segment);
        await rows.keep(segment, wideOf(last ?? {}, 'id'));
      });
    } catch (error) {
      if (!['object-damaged', 'object-not-found'].includes(errorCode(error))) throw error;
      job.log.warn(
        { path: segment.path, code: errorCode(error) },
        'a stored segment is read anew from the ledger',
      );
      damaged += 1;
    }
  }
  return damaged;
}
