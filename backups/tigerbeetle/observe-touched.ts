import { batchLimit, type Ledger } from '../../stores/ledger/port.ts';
import { errorCode } from '../../errors/coded-error.ts';
import type { Database } from '../duckdb/database.ts';
import { wideOf } from './ledger-state.ts';
import { createRowTable } from './row-table.ts';
import { streamRows } from './stream-rows.ts';

const ids = (side: string): string => `SELECT ${side}_account_id_high, ${side}_account_id_low`;

/**
 * Makes the table `touched`: accounts whose balances may have changed since the sums that were carried over, by
 * transfers or by the end of pending ones. Released pending amounts change balances by no transfer; those of other
 * accounts were compared by the backup before.
 */
export async function findTouched(database: Database, summedTo: bigint): Promise<void> {
  const since = `FROM pendings WHERE timestamp > ${summedTo}`;
  const ended = 'FROM pendings SEMI JOIN ended USING (id_high, id_low)';
  await database.run(
    `CREATE TABLE touched AS SELECT id_high, id_low FROM moves
     UNION ${ids('debit')} ${since} UNION ${ids('credit')} ${since}
     UNION ${ids('debit')} ${ended} UNION ${ids('credit')} ${ended}`,
  );
}

/** Adds to a new table what the touched accounts show that are not in another one of balances yet. */
export async function observeTouched(
  database: Database,
  ledger: Ledger,
  {
    into,
    besides,
    progress,
    signal,
  }: {
    readonly into: string;
    readonly besides: string;
    /** Rows read since the last call. */
    readonly progress: (rows: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const table = await createRowTable(await database.connect(), into, 'balances');
  let limit = batchLimit;
  const lookUp = async (wanted: readonly bigint[]): Promise<void> => {
    for (let at = 0; at < wanted.length;) {
      signal.throwIfAborted();
      const accounts = await ledger.lookupAccounts(wanted.slice(at, at + limit)).catch((error: unknown) => {
        // A cluster may take smaller messages than the protocol's.
        if (errorCode(error) !== 'invalid-request' || limit === 1) throw error;
        limit = Math.ceil(limit / 2);
        return undefined;
      });
      if (accounts === undefined) continue;
      table.add(accounts);
      progress(accounts.length);
      at += limit;
    }
  };
  let waiting: bigint[] = [];
  const others = `FROM touched ANTI JOIN ${besides} USING (id_high, id_low) ORDER BY id_high, id_low`;
  for await (const rows of streamRows(database, others)) {
    waiting.push(...rows.map((row) => wideOf(row, 'id')));
    if (waiting.length < batchLimit) continue;
    await lookUp(waiting);
    waiting = [];
  }
  await lookUp(waiting);
  table.end();
}
