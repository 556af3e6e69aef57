import { CodedError } from '../../errors/coded-error.ts';
import { batchLimit } from './port.ts';

/** Throws `invalid-request` for more than a message of TigerBeetle holds. */
export function requireBatch(batch: readonly unknown[]): void {
  if (batch.length > batchLimit) {
    throw new CodedError(
      'invalid-request',
      `A batch holds at most ${batchLimit} events, this one ${batch.length}.`,
    );
  }
}

/** Throws `invalid-request` for a page of no or too many results. */
export function requirePage(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > batchLimit) {
    throw new CodedError(
      'invalid-request',
      `The limit of a query is a number from 1 to ${batchLimit}, not ${limit}.`,
    );
  }
}
