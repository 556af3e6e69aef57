import type { Ledger } from '../../stores/ledger/port.ts';

/** The same ledger; `wrote` hears how many accounts or transfers each answered batch had. */
export function countingLedger(ledger: Ledger, wrote: (events: number) => void): Ledger {
  return {
    ...ledger,
    async createAccounts(batch) {
      const created = await ledger.createAccounts(batch);
      wrote(batch.length);
      return created;
    },
    async createTransfers(batch) {
      const created = await ledger.createTransfers(batch);
      wrote(batch.length);
      return created;
    },
  };
}
