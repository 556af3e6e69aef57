import { KMS } from '@aws-sdk/client-kms';

/** Where a KMS is, and who asks it. */
export interface KmsConnection {
  readonly region: string;
  /** Where KMS is not AWS's own. */
  readonly endpoint?: string;
  /** The SDK's own chain unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Without an answer, or a byte of one, for this long a try is given up; ms. */
  readonly silenceMs?: number;
}

const connectMs = 5_000;

/** A client that never waits for ever: each try has a deadline, and there are three. */
export function kmsClient({ region, endpoint, credentials, silenceMs = 15_000 }: KmsConnection): KMS {
  return new KMS({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: Math.min(connectMs, silenceMs),
      requestTimeout: silenceMs,
      socketTimeout: silenceMs,
      throwOnRequestTimeout: true,
    },
  });
}
