import { CodedError, errorText } from '../../errors/coded-error.ts';
import { withDeadline } from './deadline.ts';
import type { Ledger } from './port.ts';

/** A ledger on Redis whose calls end in time; what is no refusal of ours becomes `ledger-unavailable`. */
export function bounded(ledger: Ledger, deadlineMs: number): Ledger {
  async function call<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await withDeadline(answer, deadlineMs);
    } catch (error) {
      if (error instanceof CodedError) throw error;
      const text = errorText(error);
      const full = text.startsWith('OOM ') ? 'Redis is full: ' : '';
      throw new CodedError('ledger-unavailable', `${what} on Redis: ${full}${text}`, { cause: error });
    }
  }
  return {
    createAccounts: (accounts) => call('creating accounts', ledger.createAccounts(accounts)),
    createTransfers: (transfers) => call('creating transfers', ledger.createTransfers(transfers)),
    lookupAccounts: (ids) => call('looking up accounts', ledger.lookupAccounts(ids)),
    lookupTransfers: (ids) => call('looking up transfers', ledger.lookupTransfers(ids)),
    queryAccounts: (query) => call('querying accounts', ledger.queryAccounts(query)),
    queryTransfers: (query) => call('querying transfers', ledger.queryTransfers(query)),
    close: () => ledger.close(),
  };
}
