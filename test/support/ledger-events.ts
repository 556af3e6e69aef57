import { randomBytes } from 'node:crypto';
import type { Account, Created, Transfer } from '../../stores/ledger/port.ts';

/** Ids and a ledger of a test's own, so that tests can share a cluster. */
export function ledgerScope() {
  const base = (BigInt(`0x${randomBytes(8).toString('hex')}`) + 1n) << 32n;
  const ledger = (randomBytes(4).readUInt32BE() >>> 1) + 1;
  const id = (n: number) => base + BigInt(n);
  const account = (n: number, fields: Partial<Account> = {}): Account => ({
    id: id(n),
    debitsPending: 0n,
    debitsPosted: 0n,
    creditsPending: 0n,
    creditsPosted: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    ledger,
    code: 1,
    flags: 0,
    timestamp: 0n,
    ...fields,
  });
  /** From account 1 to account 2. */
  const transfer = (n: number, fields: Partial<Transfer> = {}): Transfer => ({
    id: id(n),
    debitAccountId: id(1),
    creditAccountId: id(2),
    amount: 10n,
    pendingId: 0n,
    userData128: 0n,
    userData64: 0n,
    userData32: 0,
    timeout: 0,
    ledger,
    code: 12,
    flags: 0,
    timestamp: 0n,
    ...fields,
  });
  /** Ends the pending transfer `pending`, leaving to it all that can be left. */
  const end = (n: number, pending: number, fields: Partial<Transfer>): Transfer =>
    transfer(n, {
      debitAccountId: 0n,
      creditAccountId: 0n,
      amount: 0n,
      ledger: 0,
      code: 0,
      pendingId: id(pending),
      ...fields,
    });
  return { id, ledger, account, transfer, end };
}

export const results = (created: readonly Created<string>[]): string[] => created.map(({ result }) => result);
