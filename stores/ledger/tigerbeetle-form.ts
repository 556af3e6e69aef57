import {
  type Account as ClientAccount,
  type QueryFilter,
  QueryFilterFlags,
  type Transfer as ClientTransfer,
} from 'tigerbeetle-node';
import type { Account, LedgerQuery, Transfer } from './port.ts';

export function fromAccount(account: Account): ClientAccount {
  return {
    id: account.id,
    debits_pending: account.debitsPending,
    debits_posted: account.debitsPosted,
    credits_pending: account.creditsPending,
    credits_posted: account.creditsPosted,
    user_data_128: account.userData128,
    user_data_64: account.userData64,
    user_data_32: account.userData32,
    reserved: 0,
    ledger: account.ledger,
    code: account.code,
    flags: account.flags,
    timestamp: account.timestamp,
  };
}

export function toAccount(account: ClientAccount): Account {
  return {
    id: account.id,
    debitsPending: account.debits_pending,
    debitsPosted: account.debits_posted,
    creditsPending: account.credits_pending,
    creditsPosted: account.credits_posted,
    userData128: account.user_data_128,
    userData64: account.user_data_64,
    userData32: account.user_data_32,
    ledger: account.ledger,
    code: account.code,
    flags: account.flags,
    timestamp: account.timestamp,
  };
}

export function fromTransfer(transfer: Transfer): ClientTransfer {
  return {
    id: transfer.id,
    debit_account_id: transfer.debitAccountId,
    credit_account_id: transfer.creditAccountId,
    amount: transfer.amount,
    pending_id: transfer.pendingId,
    user_data_128: transfer.userData128,
    user_data_64: transfer.userData64,
    user_data_32: transfer.userData32,
    timeout: transfer.timeout,
    ledger: transfer.ledger,
    code: transfer.code,
    flags: transfer.flags,
    timestamp: transfer.timestamp,
  };
}

export function toTransfer(transfer: ClientTransfer): Transfer {
  return {
    id: transfer.id,
    debitAccountId: transfer.debit_account_id,
    creditAccountId: transfer.credit_account_id,
    amount: transfer.amount,
    pendingId: transfer.pending_id,
    userData128: transfer.user_data_128,
    userData64: transfer.user_data_64,
    userData32: transfer.user_data_32,
    timeout: transfer.timeout,
    ledger: transfer.ledger,
    code: transfer.code,
    flags: transfer.flags,
    timestamp: transfer.timestamp,
  };
}

export function fromQuery(query: LedgerQuery): QueryFilter {
  return {
    user_data_128: query.userData128 ?? 0n,
    user_data_64: query.userData64 ?? 0n,
    user_data_32: query.userData32 ?? 0,
    ledger: query.ledger ?? 0,
    code: query.code ?? 0,
    timestamp_min: query.timestampMin ?? 0n,
    timestamp_max: query.timestampMax ?? 0n,
    limit: query.limit,
    flags: query.reversed === true ? QueryFilterFlags.reversed : QueryFilterFlags.none,
  };
}
