import { CodedError, errorText } from '../../errors/coded-error.ts';

const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket: make it, or correct its name',
  AccessDenied: 'access is denied: the credentials need rights to get, put, list and delete in this bucket',
  Forbidden: 'access is denied: the credentials need rights to get, put, list and delete in this bucket',
  InvalidAccessKeyId: 'the access key is not known: correct the credentials',
  SignatureDoesNotMatch: 'the secret key is wrong: correct the credentials',
  CredentialsProviderError: 'no credentials were found: set them in the environment or the profile',
  ExpiredToken: 'the credentials have expired: renew them',
  RequestTimeTooSkewed: 'the clock of this machine is wrong: set it',
  PermanentRedirect: 'the bucket lies in another region: correct the region',
  SlowDown: 'the server asks for fewer requests: it is tried again later',
  ECONNREFUSED: 'nobody answers at the endpoint: is the server up, and the address right?',
  ENOTFOUND: 'the name of the endpoint is not known: correct the address',
  TimeoutError: 'the server does not answer in time',
  QuotaExceeded: 'the quota is used up: raise it',
  InvalidRequest: 'the server refuses the request',
};

/** Name and HTTP status of what the SDK threw. */
export function s3Failure(thrown: unknown): { readonly name: string; readonly status: number } {
  const { name, code, $metadata } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const known = [code, name].find((word) => word !== undefined && word in advice);
  return { name: known ?? name ?? 'Error', status: $metadata?.httpStatusCode ?? 0 };
}

/** What S3 refused, as `store-unavailable` with what to do; a coded error stays what it is. */
export function s3Error(thrown: unknown, doing: string): CodedError {
  if (thrown instanceof CodedError) return thrown;
  const { name, status } = s3Failure(thrown);
  return new CodedError('store-unavailable', `${doing} failed: ${advice[name] ?? errorText(thrown)}`, {
    cause: thrown,
    facts: { s3: name, httpStatus: status },
  });
}

/** The object, or the upload, is not there. */
export function isMissing(thrown: unknown): boolean {
  return ['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(s3Failure(thrown).name);
}
