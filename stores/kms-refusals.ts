/** Errors of all AWS services, which KMS's own list does not hold: it gives them the status of a fault of the client. */
const throttling = [
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];
const ofCredentials = [
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

/** True where KMS is asked too much: later it answers. */
export function isThrottling(name: string): boolean {
  return throttling.includes(name);
}

/** True where KMS does not know who asks: the credentials are wrong or have expired, or a clock is. */
export function isOfCredentials(name: string): boolean {
  return ofCredentials.includes(name);
}
