import { type Client, createClient } from 'tigerbeetle-node';
import { requireBatch, requirePage } from './batch-limit.ts';
import { withDeadline } from './deadline.ts';
import { giveUp } from './give-up-client.ts';
import type { Ledger } from './port.ts';
import { replicaAddresses } from './replica-addresses.ts';
import { createAccountResults, createTransferResults } from './results.ts';
import { resultNames } from './tigerbeetle-results.ts';
import { fromAccount, fromQuery, fromTransfer, toAccount, toTransfer } from './tigerbeetle-form.ts';
import { ledgerError } from './tigerbeetle-errors.ts';

/**
 * A TigerBeetle cluster. Its client waits for ever for a dead server, so each call has a deadline; when one passes, the
 * client is given up and the next call begins with a new one. What was not answered may have been done.
 */
export function createTigerbeetleLedger(options: {
  readonly clusterId: bigint;
  /** host:port of each replica; the host is an IP address or a name. */
  readonly addresses: readonly string[];
  /** For each call, in ms. */
  readonly deadlineMs?: number;
}): Ledger {
  const { clusterId, addresses, deadlineMs = 5000 } = options;
  let current: Client | undefined;
  let closed = false;
  // To a client of another cluster a server says nothing at all.
  const reasons = `: it is down, or its cluster id is not ${clusterId}`;

  async function connect(): Promise<Client> {
    const found = current === undefined ? await replicaAddresses(addresses) : [];
    if (closed) throw new Error('the ledger was closed');
    current ??= createClient({ cluster_id: clusterId, replica_addresses: found });
    return current;
  }

  async function call<Answer>(what: string, ask: (client: Client) => Promise<Answer>): Promise<Answer> {
    let client: Client | undefined;
    try {
      client = await withDeadline(connect(), deadlineMs);
      return await withDeadline(ask(client), deadlineMs, reasons);
    } catch (error) {
      const coded = ledgerError(error, `${what} on ${addresses.join(', ')}`);
      if (coded.code !== 'invalid-request' && client !== undefined && client === current) {
        current = undefined;
        await giveUp(client);
      }
      throw coded;
    }
  }

  return {
    async createAccounts(accounts) {
      requireBatch(accounts);
      if (accounts.length === 0) return [];
      const answers = await call('creating accounts', (client) =>
        client.createAccounts(accounts.map(fromAccount)),
      );
      return answers.map((answer) => resultNames.account(answer, createAccountResults));
    },
    async createTransfers(transfers) {
      requireBatch(transfers);
      if (transfers.length === 0) return [];
      const answers = await call('creating transfers', (client) =>
        client.createTransfers(transfers.map(fromTransfer)),
      );
      return answers.map((answer) => resultNames.transfer(answer, createTransferResults));
    },
    async lookupAccounts(ids) {
      requireBatch(ids);
      if (ids.length === 0) return [];
      return (await call('looking up accounts', (client) => client.lookupAccounts([...ids]))).map(toAccount);
    },
    async lookupTransfers(ids) {
      requireBatch(ids);
      if (ids.length === 0) return [];
      return (await call('looking up transfers', (client) => client.lookupTransfers([...ids]))).map(
        toTransfer,
      );
    },
    async queryAccounts(query) {
      requirePage(query.limit);
      return (await call('querying accounts', (client) => client.queryAccounts(fromQuery(query)))).map(
        toAccount,
      );
    },
    async queryTransfers(query) {
      requirePage(query.limit);
      return (await call('querying transfers', (client) => client.queryTransfers(fromQuery(query)))).map(
        toTransfer,
      );
    },
    async close() {
      closed = true;
      const client = current;
      current = undefined;
      if (client !== undefined) await giveUp(client);
    },
  };
}
