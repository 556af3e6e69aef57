import { KMSServiceException } from '@aws-sdk/client-kms';
import { isOfCredentials, isThrottling } from '../kms-refusals.ts';
import { aliasesNotListed, keysUnavailable, keyUnusable, tenantNotFound } from './key-errors.ts';

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
    const reason = refusalIn(about.service, error);
    if (reason === 'NotFoundException') throw tenantNotFound(about.tenantId, about.service);
    throw keyUnusable(about.tenantId, about.keyId, reason);
  }
}

/** The call that lists aliases, which is about no tenant: what KMS refuses, it refuses to these credentials. */
export async function askedForAliases<T>(service: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw aliasesNotListed(service, refusalIn(service, error));
  }
}

/** KMS's name for what it refuses to do with a key. Throws `keys-unavailable` for an error that says nothing of the key. */
export function refusalIn(service: string, error: unknown): string {
  if (!(error instanceof KMSServiceException)) throw keysUnavailable(service, nameOf(error));
  if (error.$fault === 'server' || isThrottling(error.name) || isOfCredentials(error.name)) {
    throw keysUnavailable(service, error.name);
  }
  return error.name;
}

function nameOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}
