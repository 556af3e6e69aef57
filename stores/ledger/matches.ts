import type { Account, LedgerQuery, Transfer } from './port.ts';

/** Whether an account or transfer meets all criteria of a query; those of time included. */
export function matches(found: Account | Transfer, query: LedgerQuery): boolean {
  return (
    same(query.userData128, found.userData128) &&
    same(query.userData64, found.userData64) &&
    same(query.userData32, found.userData32) &&
    same(query.ledger, found.ledger) &&
    same(query.code, found.code) &&
    found.timestamp >= (query.timestampMin ?? 0n) &&
    (!query.timestampMax || found.timestamp <= query.timestampMax)
  );
}

function same<T extends bigint | number>(asked: T | undefined, there: T): boolean {
  return !asked || asked === there;
}
