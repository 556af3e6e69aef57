/**
 * A program: node evicted-client.js host:port. A client whose session the cluster gives to others, and what becomes of its
 * calls. In a process of its own, since an evicted client keeps it from ending.
 */
import { errorCode } from '../../errors/coded-error.ts';
import { createTigerbeetleLedger } from '../../stores/ledger/tigerbeetle.ts';

/** Clients that a cluster serves; one more takes the place of another. */
const sessions = 64;

const [address = ''] = process.argv.slice(2);
const open = () => createTigerbeetleLedger({ clusterId: 0n, addresses: [address], deadlineMs: 30_000 });

const [ledger, idle] = [open(), open()];
await ledger.lookupAccounts([1n]);
await idle.lookupAccounts([1n]);
for (let others = 0; others < sessions; others += 1) {
  const other = open();
  await other.lookupAccounts([1n]);
  await other.close();
}
const refused = await ledger.lookupAccounts([1n]).then(() => 'nothing', errorCode);
const again = (await ledger.lookupAccounts([1n])).length;
await ledger.close();
await idle.close();
process.stdout.write(JSON.stringify({ refused, again }), () => process.exit(0));
