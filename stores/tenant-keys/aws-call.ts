import { KMSServiceException } from '@aws-sdk/client-kms';
import { keysUnavailable, keyUnusable, tenantNotFound } from './key-errors.ts';

/** The key that a call is about, for its errors. */
export interface KeyAsked {
  readonly service: string;
  readonly tenantId: string;
  readonly keyId: string;
}

/** One call for a tenant's key; what KMS refuses becomes a coded error with KMS's name for it, and no detail. */
export async function asked<T>(about: KeyAsked, call: Promise<T>): Promise<T> {
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
