import type { Configuration } from '../../config/configuration.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { type Account, type Ledger, type Transfer, transferFlags } from '../../stores/ledger/port.ts';
import { openLog } from '../wiring/log.ts';
import { openSourceLedger } from '../wiring/ledger.ts';

const accounts = 40;
const transfers = 1000;
/** A small cluster takes no more. */
const atOnce = 200;
const shared = { userData128: 0n, userData64: 0n, userData32: 0, ledger: 1, code: 1, timestamp: 0n };

/**
 * Makes sample accounts and transfers, one in ten of them pending, in the ledger that the quickstart's configuration
 * backs up. Their ids are always the same: what is there already stays as it is.
 */
export async function makeSampleLedger(configuration: Configuration): Promise<void> {
  const ledger = await openSourceLedger(configuration, openLog('quickstart', 'warn'));
  try {
    await fill(ledger);
  } finally {
    await ledger.close();
  }
}

/** Whether a ledger is empty, or has them already. */
export async function takesSamples(ledger: Ledger): Promise<boolean> {
  const [first] = await ledger.queryAccounts({ limit: 1 });
  if (first === undefined) return true;
  const last = sampleAccount(accounts - 1);
  const [found] = await ledger.lookupAccounts([last.id]);
  return found?.userData32 === last.userData32 && found.ledger === last.ledger && found.code === last.code;
}

async function fill(ledger: Ledger): Promise<void> {
  requireCreated(await ledger.createAccounts(Array.from({ length: accounts }, (_, n) => sampleAccount(n))));
  for (let from = 0; from < transfers; from += atOnce) {
    const some = Array.from({ length: atOnce }, (_, n) => sampleTransfer(from + n));
    requireCreated(await ledger.createTransfers(some));
  }
}

function requireCreated(results: readonly { readonly result: string }[]): void {
  const refused = results.find(({ result }) => result !== 'created' && result !== 'exists');
  if (refused === undefined) return;
  throw new CodedError('internal', `The sample ledger refuses an event: ${refused.result}.`);
}

function sampleAccount(n: number): Account {
  const none = { debitsPending: 0n, debitsPosted: 0n, creditsPending: 0n, creditsPosted: 0n };
  return { ...shared, ...none, id: BigInt(n + 1), userData32: n, flags: 0 };
}

function sampleTransfer(n: number): Transfer {
  return {
    ...shared,
    id: BigInt(n + 1),
    debitAccountId: BigInt((n % accounts) + 1),
    creditAccountId: BigInt(((n + 1 + (n % 7)) % accounts) + 1),
    amount: BigInt(100 + n),
    pendingId: 0n,
    userData64: BigInt(n),
    timeout: 0,
    flags: n % 10 === 9 ? transferFlags.pending : 0,
  };
}
