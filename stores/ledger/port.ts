import type { CreateAccountResult, CreateTransferResult } from './results.ts';

export { accountFlags, has as hasFlag, transferFlags } from './flags.ts';

/** Amounts and ids are unsigned 128-bit, timestamps nanoseconds since the epoch; `flags` as in flags.ts. */
export interface Account {
  readonly id: bigint;
  readonly debitsPending: bigint;
  readonly debitsPosted: bigint;
  readonly creditsPending: bigint;
  readonly creditsPosted: bigint;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  readonly ledger: number;
  readonly code: number;
  readonly flags: number;
  /** Given by the ledger; 0 when it is created, unless imported. */
  readonly timestamp: bigint;
}

export interface Transfer {
  readonly id: bigint;
  readonly debitAccountId: bigint;
  readonly creditAccountId: bigint;
  readonly amount: bigint;
  readonly pendingId: bigint;
  readonly userData128: bigint;
  readonly userData64: bigint;
  readonly userData32: number;
  /** Seconds after which a pending transfer expires; 0: never. */
  readonly timeout: number;
  readonly ledger: number;
  readonly code: number;
  readonly flags: number;
  readonly timestamp: bigint;
}

/** Criteria that are left out, or zero, match everything; the timestamps are inclusive. */
export interface LedgerQuery {
  readonly userData128?: bigint;
  readonly userData64?: bigint;
  readonly userData32?: number;
  readonly ledger?: number;
  readonly code?: number;
  readonly timestampMin?: bigint;
  readonly timestampMax?: bigint;
  /** 1 to `batchLimit`. */
  readonly limit: number;
  /** Newest first. */
  readonly reversed?: boolean;
}

export interface Created<Result> {
  readonly result: Result;
  /** Of what was created, or exists. */
  readonly timestamp: bigint;
}

/** Events in a call, and results of a query, at most: what fits in a message of TigerBeetle. */
export const batchLimit = 8189;

/** The largest amount; as the amount of a post it means the whole pending amount. */
export const amountMax = 2n ** 128n - 1n;

/** The largest timestamp. A query whose `timestampMax` is larger finds nothing. */
export const timestampMax = 2n ** 63n - 1n;

/**
 * Accounts and transfers between them, immutable and timestamped, with TigerBeetle's rules under TigerBeetle's names.
 * A refusal is a result and no error. Every call ends: throws `ledger-unavailable` when it is not answered in time,
 * `ledger-version` when client and cluster do not fit, `invalid-request` for more than `batchLimit` events. A call that
 * was not answered may have been done: make it again with the same ids.
 */
export interface Ledger {
  createAccounts(accounts: readonly Account[]): Promise<readonly Created<CreateAccountResult>[]>;
  createTransfers(transfers: readonly Transfer[]): Promise<readonly Created<CreateTransferResult>[]>;
  /** Those that exist, in the order asked. */
  lookupAccounts(ids: readonly bigint[]): Promise<readonly Account[]>;
  lookupTransfers(ids: readonly bigint[]): Promise<readonly Transfer[]>;
  /** By timestamp, oldest first. */
  queryAccounts(query: LedgerQuery): Promise<readonly Account[]>;
  queryTransfers(query: LedgerQuery): Promise<readonly Transfer[]>;
  close(): Promise<void>;
}
