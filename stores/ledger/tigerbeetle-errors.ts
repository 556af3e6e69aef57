import { ErrorCodes, RequestError } from 'tigerbeetle-node';
import { CodedError, errorText } from '../../errors/coded-error.ts';

/** What went wrong, in our codes: the wrong version is for a person, all else is for another try. */
export function ledgerError(error: unknown, what: string): CodedError {
  if (error instanceof CodedError) return error;
  const code = error instanceof RequestError ? error.code : undefined;
  const versions: readonly unknown[] = [
    ErrorCodes.ERR_CLIENT_RELEASE_TOO_HIGH,
    ErrorCodes.ERR_CLIENT_RELEASE_TOO_LOW,
  ];
  if (versions.includes(code)) {
    return new CodedError(
      'ledger-version',
      `${what}: the cluster does not take this client (${errorText(error)}); the client's version must not be above the cluster's.`,
      { cause: error },
    );
  }
  if (code === ErrorCodes.ERR_TOO_MUCH_DATA) {
    return new CodedError(
      'invalid-request',
      `${what}: the cluster takes smaller batches (it was started with --development or --limit-request).`,
      { cause: error },
    );
  }
  return new CodedError('ledger-unavailable', `${what}: ${errorText(error)}`, { cause: error });
}
