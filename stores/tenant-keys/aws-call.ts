import { KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import { keysUnavailable, keyUnusable, tenantNotFound } from './key-errors.ts';

export interface AwsConnection {
  readonly region: string;
  /** Where KMS is not AWS's own. */
  readonly endpoint?: string;
  /** The SDK's own chain unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const connectMs = 5_000;
const answerMs = 15_000;

/** A client that never waits for ever: each try has a deadline, and there are three. */
export function kmsClient({ region, endpoint, credentials }: AwsConnection): KMSClient {
  return new KMSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  });
}

/** One call for a tenant's key; what KMS refuses becomes a coded error with KMS's name for it, and no detail. */
export async function asked<T>(
  about: { readonly service: string; readonly tenantId: string; readonly keyId: string },
  call: Promise<T>,
): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof KMSServiceException)) throw keysUnavailable(about.service, nameOf(error));
    if (error.name === 'NotFoundException') throw tenantNotFound(about.tenantId, about.service);
    if (error.$fault === 'server' || error.name === 'ThrottlingException') {
      throw keysUnavailable(about.service, error.name);
    }
    throw keyUnusable(about.tenantId, about.keyId, error.name);
  }
}

function nameOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}
