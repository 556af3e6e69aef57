import { transferFlags } from '../../../stores/ledger/port.ts';
import type { Database } from '../../duckdb/database.ts';
import { columnsOf } from '../columns.ts';
import { integerOf, wideOf } from '../ledger-state.ts';
import { rowReaders } from '../row-readers.ts';
import { chunksOf } from './column-chunks.ts';
import { findEarlyReleases } from './early-releases.ts';

/** Pending transfers that are changed with one statement. */
const most = 1000;

/**
 * Lets pending transfers expire, in the table `pendings`, before the transfers that were imported after them with a
 * timestamp from before, where those could not be restored otherwise.
 */
export async function releaseEarly(database: Database, signal: AbortSignal): Promise<void> {
  const accounts = await accountsOfCrossed(database);
  if (accounts.size === 0) return;
  const { take, found } = findEarlyReleases(accounts);
  for await (const { rows, columns } of chunksOf(database, columnsOf.transfers, 'history_transfers')) {
    signal.throwIfAborted();
    const transfer = rowReaders.transfers(columns);
    for (let at = 0; at < rows; at += 1) take(transfer(at));
  }
  const releases = [...found];
  for (let at = 0; at < releases.length; at += most) {
    const values = releases
      .slice(at, at + most)
      .map(([timestamp, released]) => `(${timestamp}, ${released})`);
    await database.run(
      `UPDATE pendings SET expires = early.released FROM (VALUES ${values.join(', ')}) early (timestamp, released)
       WHERE pendings.timestamp = early.timestamp`,
    );
  }
}

/** Flags, by id, of the accounts of pending transfers that were followed by an imported one before they expired. */
async function accountsOfCrossed(database: Database): Promise<ReadonlyMap<bigint, number>> {
  const accounts = new Map<bigint, number>();
  const imported = `history_transfers WHERE flags & ${transferFlags.imported} <> 0`;
  const [oldest] = await database.rows('SELECT min(timestamp) AS timestamp FROM open WHERE expires > 0');
  const first = integerOf(oldest?.['timestamp']);
  if (first === 0n) return accounts;
  const [any] = await database.rows(`SELECT timestamp FROM ${imported} AND timestamp > ${first} LIMIT 1`);
  if (any === undefined) return accounts;
  const rows = await database.rows(
    `WITH crossed AS (
       SELECT o.* FROM (FROM open WHERE expires > 0) o
       ASOF JOIN (SELECT timestamp AS next FROM ${imported} AND timestamp > ${first}) i ON o.timestamp < i.next
       WHERE i.next <= o.expires)
     SELECT id_high, id_low, flags FROM history_accounts SEMI JOIN (
       SELECT debit_account_id_high AS id_high, debit_account_id_low AS id_low FROM crossed
       UNION ALL SELECT credit_account_id_high, credit_account_id_low FROM crossed) USING (id_high, id_low)`,
  );
  for (const row of rows) accounts.set(wideOf(row, 'id'), Number(row['flags']));
  return accounts;
}
