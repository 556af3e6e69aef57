import {
  AccountFlags,
  type Client,
  CreateAccountStatus,
  CreateTransferStatus,
  id,
  type QueryFilter,
  type Transfer,
  TransferFlags,
} from 'tigerbeetle-node';
import { batchLimit } from '../stores/ledger/port.ts';

const nothing = {
  user_data_128: 0n,
  user_data_64: 0n,
  user_data_32: 0,
  ledger: 1,
  code: 1,
  flags: 0,
  timestamp: 0n,
};

/** Makes accounts 1 to `accounts`, if there are none, and transfers between them: one in eight pending, as many posted. */
export async function fillLedger(
  client: Client,
  { accounts, from, to }: { readonly accounts: number; readonly from: number; readonly to: number },
): Promise<void> {
  const balances = { debits_pending: 0n, debits_posted: 0n, credits_pending: 0n, credits_posted: 0n };
  for (let first = 1; first <= accounts && from === 0; first += batchLimit) {
    const count = Math.min(batchLimit, accounts + 1 - first);
    const batch = Array.from({ length: count }, (_, at) => ({
      ...{ ...nothing, ...balances, id: BigInt(first + at), reserved: 0, user_data_64: BigInt(at) },
    }));
    require_(await client.createAccounts(batch), CreateAccountStatus.created);
  }
  let pending = 0n;
  for (let first = from; first < to; first += batchLimit) {
    const batch = Array.from({ length: Math.min(batchLimit, to - first) }, (_, at): Transfer => {
      const n = first + at;
      const one = {
        ...{
          ...nothing,
          id: id(),
          pending_id: 0n,
          timeout: 0,
          user_data_64: BigInt(n),
          user_data_32: n % 1000,
        },
        debit_account_id: BigInt(1 + (n % accounts)),
        credit_account_id: BigInt(1 + ((n * 7 + 1) % accounts)),
        amount: BigInt(1 + (n % 100_000)),
      };
      if (one.debit_account_id === one.credit_account_id)
        one.credit_account_id = BigInt(1 + ((n + 1) % accounts));
      if (n % 8 === 6) {
        pending = one.id;
        return { ...one, flags: TransferFlags.pending };
      }
      if (n % 8 !== 7 || pending === 0n) return one;
      return {
        ...{
          ...one,
          debit_account_id: 0n,
          credit_account_id: 0n,
          pending_id: pending,
          amount: 2n ** 128n - 1n,
        },
        flags: TransferFlags.post_pending_transfer,
      };
    });
    require_(await client.createTransfers(batch), CreateTransferStatus.created);
  }
}

function require_(answers: readonly { readonly status: number }[], wanted: number): void {
  const other = answers.find(({ status }) => status !== wanted);
  if (other !== undefined) throw new Error(`the ledger refuses: ${other.status}`);
}

/** Pages through everything, at the batch limit, one page after the other. Returns the rows. */
export async function queryLedger(client: Client): Promise<number> {
  const accounts = await all(
    (filter) => client.queryAccounts(filter),
    () => Promise.resolve(),
  );
  return (
    accounts +
    (await all(
      (filter) => client.queryTransfers(filter),
      () => Promise.resolve(),
    ))
  );
}

/** Imports everything of one ledger into another. Returns the rows, and the seconds that creating alone took. */
export async function importLedger(
  source: Client,
  target: Client,
): Promise<{ readonly rows: number; readonly seconds: number }> {
  let seconds = 0;
  const timed = async (
    create: Promise<readonly { readonly status: number }[]>,
    wanted: number,
  ): Promise<void> => {
    const begin = performance.now();
    const answers = await create;
    seconds += (performance.now() - begin) / 1000;
    require_(answers, wanted);
  };
  const rows = await all(
    (filter) => source.queryAccounts(filter),
    (page) => {
      const batch = page.map((one) => ({
        ...{ ...one, debits_pending: 0n, debits_posted: 0n, credits_pending: 0n, credits_posted: 0n },
        flags: one.flags | AccountFlags.imported,
      }));
      return timed(target.createAccounts(batch), CreateAccountStatus.created);
    },
  );
  const transfers = await all(
    (filter) => source.queryTransfers(filter),
    (page) => {
      const batch = page.map((one) => ({ ...one, flags: one.flags | TransferFlags.imported, timeout: 0 }));
      return timed(target.createTransfers(batch), CreateTransferStatus.created);
    },
  );
  return { rows: rows + transfers, seconds };
}

async function all<Row extends { readonly timestamp: bigint }>(
  query: (filter: QueryFilter) => Promise<readonly Row[]>,
  use: (page: readonly Row[]) => Promise<void>,
): Promise<number> {
  const everything = { ...nothing, ledger: 0, code: 0, timestamp_max: 0n, limit: batchLimit };
  let rows = 0;
  for (let timestamp_min = 0n; ;) {
    const page = await query({ ...everything, timestamp_min });
    if (page.length === 0) return rows;
    await use(page);
    rows += page.length;
    timestamp_min = (page.at(-1)?.timestamp ?? 0n) + 1n;
  }
}
