import { join } from 'node:path';

/** Where a quickstart keeps everything; all under one folder, so that deleting it starts over. */
export interface QuickstartFolder {
  readonly root: string;
  readonly access: string;
  readonly configuration: string;
  readonly duckdb: string;
  readonly parquet: string;
  readonly tenantKeys: string;
  readonly store: string;
  readonly keyring: string;
  readonly recoveryPublicKey: string;
  readonly recoveryPrivateKey: string;
  readonly apiKeys: string;
  readonly metadata: string;
  readonly scratch: string;
  readonly redis: string;
  readonly tigerbeetle: string;
  readonly logs: string;
  readonly lock: string;
}

export function quickstartFolder(root: string): QuickstartFolder {
  const at = (...parts: string[]): string => join(root, ...parts);
  return {
    root,
    access: at('access.json'),
    configuration: at('configuration.json'),
    duckdb: at('sources', 'shop.duckdb'),
    parquet: at('sources', 'archive'),
    tenantKeys: at('sources', 'tenant-keys.json'),
    store: at('store'),
    keyring: at('keys', 'keyring.json'),
    recoveryPublicKey: at('keys', 'recovery-public.pem'),
    recoveryPrivateKey: at('keys', 'recovery-private.pem'),
    apiKeys: at('keys', 'api-keys.json'),
    metadata: at('state', 'metadata.duckdb'),
    scratch: at('state', 'scratch'),
    redis: at('redis'),
    tigerbeetle: at('tigerbeetle'),
    logs: at('logs'),
    lock: at('running.pid'),
  };
}
