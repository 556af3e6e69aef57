import {
  type CreateAccountResult as AccountAnswer,
  CreateAccountStatus,
  type CreateTransferResult as TransferAnswer,
  CreateTransferStatus,
} from 'tigerbeetle-node';
import { CodedError } from '../../errors/coded-error.ts';
import type { Created } from './port.ts';

function created<Result extends string>(
  name: string | undefined,
  timestamp: bigint,
  results: readonly Result[],
): Created<Result> {
  const result = results.find((known) => known === name);
  if (result === undefined) {
    throw new CodedError(
      'ledger-version',
      `The cluster answers with "${name ?? 'a number'}", which is not known here.`,
    );
  }
  return { result, timestamp: result === 'created' || result === 'exists' ? timestamp : 0n };
}

/** Answers of the client under their names; only what is there has a timestamp. */
export const resultNames = {
  account: <Result extends string>({ status, timestamp }: AccountAnswer, results: readonly Result[]) =>
    created(CreateAccountStatus[status], timestamp, results),
  transfer: <Result extends string>({ status, timestamp }: TransferAnswer, results: readonly Result[]) =>
    created(CreateTransferStatus[status], timestamp, results),
};
