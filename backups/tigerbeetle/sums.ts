import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { Database } from '../duckdb/database.ts';
import { makeFifos } from '../duckdb/data/fifo.ts';
import { quoteText } from '../duckdb/sql-text.ts';
import { integerOf } from './ledger-state.ts';
import { type Opening, openInto } from './open-segment.ts';
import { storeTable } from './store-table.ts';

/** What all transfers up to some moment add up to: posted balances by account, and pending transfers that were not ended. */
export interface Sums {
  readonly balances: ManifestObject;
  readonly pendings: ManifestObject;
}

const posted = ['debits_posted', 'credits_posted'] as const;
const posteds = posted.flatMap((name) =>
  ['high', 'low'].map((half) => `${name}_${half}::UBIGINT AS ${name}_${half}`),
);

/** Stores the table `computed` and the view `open`, for the next full backup to begin with. */
export async function storeSums(job: BackupJob, database: Database): Promise<Sums> {
  const fifo = join(job.scratch, 'sums.fifo');
  await makeFifos([fifo]);
  const store = async (name: string, file: string, from: string): Promise<ManifestObject> => {
    const [counted] = await database.rows(`SELECT count(*) AS rows FROM ${from}`);
    const rows = Number(integerOf(counted?.['rows']));
    return storeTable(job, { connection: database.connection, fifo }, { name, file, from, rows });
  };
  return {
    balances: await store(
      'posted balances by account',
      'sums/balances.parquet',
      `(SELECT id_high, id_low, ${posteds.join(', ')} FROM computed)`,
    ),
    // Parquet has no HUGEINT; a timestamp and a timeout of 32 bits of seconds fit in 64.
    pendings: await store(
      'pending transfers that were not ended',
      'sums/pendings.parquet',
      '(SELECT * REPLACE (expires::UBIGINT AS expires) FROM open)',
    ),
  };
}

/** Begins the sums of `createState` with those of an earlier backup. Throws `object-damaged` or `object-not-found`. */
export async function carrySums({ balances, pendings }: Sums, work: Opening): Promise<void> {
  const [ofBalances, ofPendings] = [
    join(work.folder, 'balances.parquet'),
    join(work.folder, 'pendings.parquet'),
  ];
  try {
    await openInto(ofBalances, balances, work);
    await openInto(ofPendings, pendings, work);
    for (const side of ['debit', 'credit'] as const) {
      await work.database.run(
        `INSERT INTO carried SELECT '${side}', id_high, id_low, ${side}s_posted_high, ${side}s_posted_low
         FROM read_parquet(${quoteText(ofBalances)})`,
      );
    }
    await work.database.run(`INSERT INTO pendings FROM read_parquet(${quoteText(ofPendings)})`);
  } finally {
    for (const path of [ofBalances, ofPendings]) await rm(path, { force: true });
  }
}
