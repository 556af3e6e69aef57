import { CodedError } from '../../errors/coded-error.ts';

/** The causes are left out on purpose: what a key service says may quote what it was sent. */
export function tenantNotFound(tenantId: string, service: string): CodedError {
  return new CodedError(
    'tenant-not-found',
    `Tenant ${tenantId} has no key in ${service}: check the id, or make the tenant's keys first.`,
    { facts: { tenantId } },
  );
}

/** `reason` is the service's own word for it, without detail. */
export function keyUnusable(tenantId: string, keyId: string, reason: string): CodedError {
  return new CodedError(
    'tenant-key-unusable',
    `Key ${keyId} of tenant ${tenantId} cannot be used: ${reason}. Enable it, correct its policy, or remove its alias.`,
    { facts: { tenantId, keyId, reason } },
  );
}

/** `reason` is the service's own word for it, without detail. */
export function dataKeyUnusable(
  { tenantId, keyId }: { readonly tenantId: string; readonly keyId: string },
  dataKeyId: string,
  reason: string,
): CodedError {
  return new CodedError(
    'tenant-key-unusable',
    `Data key ${dataKeyId} of tenant ${tenantId} does not open with key ${keyId}: ${reason}. Correct the policy of the key, or correct the data key in the file of wrapped data keys, or take it out.`,
    { facts: { tenantId, keyId, dataKeyId, reason } },
  );
}

export function aliasesNotListed(service: string, reason: string): CodedError {
  return new CodedError(
    'keys-unavailable',
    `The key service ${service} does not list its aliases, by which tenants are found: ${reason}. See that the credentials of the backups have the right kms:ListAliases.`,
    { facts: { service, reason } },
  );
}

export function keysUnavailable(service: string, reason: string): CodedError {
  return new CodedError(
    'keys-unavailable',
    `The key service ${service} does not answer: ${reason}. Check its address, the network and the credentials.`,
    { facts: { service, reason } },
  );
}
