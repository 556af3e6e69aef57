import type { Account, Transfer } from '../../../stores/ledger/port.ts';
import type { Database } from '../../duckdb/database.ts';
import { columnsOf } from '../columns.ts';
import { type At, type ChunkOfColumns, chunksOf } from './column-chunks.ts';
import type { Expired } from './release-expired.ts';

/** Accounts without balances, in the order of the query. */
export async function* readAccounts(database: Database, from: string): AsyncGenerator<readonly Account[]> {
  for await (const { rows, wide, big, small } of chunksOf(database, columnsOf.accounts, from)) {
    const [id, userData128] = [wide('id'), wide('user_data_128')];
    const [timestamp, userData64] = [big('timestamp'), big('user_data_64')];
    const [userData32, ledger, code, flags] = sharedNumbers(small);
    yield Array.from({ length: rows }, (_, at) => ({
      id: id(at),
      debitsPending: 0n,
      debitsPosted: 0n,
      creditsPending: 0n,
      creditsPosted: 0n,
      userData128: userData128(at),
      userData64: userData64(at),
      userData32: userData32(at),
      ledger: ledger(at),
      code: code(at),
      flags: flags(at),
      timestamp: timestamp(at),
    }));
  }
}

/** Transfers, in the order of the query. */
export async function* readTransfers(database: Database, from: string): AsyncGenerator<readonly Transfer[]> {
  for await (const chunk of chunksOf(database, columnsOf.transfers, from)) {
    const transfer = transfersIn(chunk);
    yield Array.from({ length: chunk.rows }, (_, at) => transfer(at));
  }
}

/** Pending transfers and when they expired: a column `expires` besides. */
export async function* readExpired(database: Database, from: string): AsyncGenerator<Expired> {
  const columns = [...columnsOf.transfers, { name: 'expires', type: 'UBIGINT' } as const];
  for await (const chunk of chunksOf(database, columns, from)) {
    const [pending, expires] = [transfersIn(chunk), chunk.big('expires')];
    for (let at = 0; at < chunk.rows; at += 1) yield { pending: pending(at), expires: expires(at) };
  }
}

function transfersIn({ wide, big, small }: ChunkOfColumns): At<Transfer> {
  const [id, debit, credit] = [wide('id'), wide('debit_account_id'), wide('credit_account_id')];
  const [amount, pendingId, userData128] = [wide('amount'), wide('pending_id'), wide('user_data_128')];
  const [timestamp, userData64, timeout] = [big('timestamp'), big('user_data_64'), small('timeout')];
  const [userData32, ledger, code, flags] = sharedNumbers(small);
  return (at) => ({
    id: id(at),
    debitAccountId: debit(at),
    creditAccountId: credit(at),
    amount: amount(at),
    pendingId: pendingId(at),
    userData128: userData128(at),
    userData64: userData64(at),
    userData32: userData32(at),
    timeout: timeout(at),
    ledger: ledger(at),
    code: code(at),
    flags: flags(at),
    timestamp: timestamp(at),
  });
}

function sharedNumbers(small: ChunkOfColumns['small']) {
  return [small('user_data_32'), small('ledger'), small('code'), small('flags')] as const;
}
