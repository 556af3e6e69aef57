import { Readable } from 'node:stream';
import type { ManifestObject } from '../../model/manifest.ts';
import type { TenantKey, TenantKeys } from '../../stores/tenant-keys/port.ts';
import type { BackupJob } from '../backup-taker.ts';
import { type KeyRecord, keyRecord, type KmsDetails, type SecretsRecord } from './manifest.ts';
import { takeSecrets, type TakingTools } from './take-secrets.ts';

/** What was taken of one tenant, and how much could not be. */
export interface TakenTenant {
  readonly details: KmsDetails['tenants'][number];
  readonly objects: readonly ManifestObject[];
  /** What they are made of, of the keys that are enabled and cannot be probed. */
  readonly unprovenSpecs: readonly string[];
  /** Secrets that were not wrapped for the recovery key: their keys are not enabled. */
  readonly unwrapped: number;
}

/**
 * Everything of one tenant: an object for each key, one for its secrets. `folder` names nobody: the store's keys are no
 * secret.
 */
export async function takeTenant(tools: TakingTools, tenantId: string, folder: string): Promise<TakenTenant> {
  const { keys, job } = tools;
  const objects: ManifestObject[] = [];
  const taken: KmsDetails['tenants'][number]['keys'] = [];
  const unprovenSpecs: string[] = [];
  for (const key of await keys.keys(tenantId)) {
    job.signal.throwIfAborted();
    const record = await recordOf(keys, tenantId, key);
    const name = `${tenantId} ${key.purpose}`;
    const object = await writeJson(job, { name, file: `${folder}/${key.purpose}.json` }, record);
    objects.push(object);
    const { purpose, keyId, enabled } = key;
    if (enabled && record.probe === null) unprovenSpecs.push(key.spec);
    taken.push({ purpose, keyId, enabled, object: object.path, replica: replicaState(keys, record) });
  }
  const secrets = await takeSecrets(tools, tenantId);
  const file = `${folder}/secrets.json`;
  objects.push(await writeJson(job, { name: `${tenantId} secrets`, file }, secrets));
  job.log.info(
    { tenantId, keys: taken.length, secrets: secrets.secrets.length },
    'the keys of a tenant are stored',
  );
  const unwrapped = secrets.secrets.filter(({ forRecoveryKey }) => forRecoveryKey === null).length;
  const details = { tenantId, secrets: secrets.secrets.length, keys: taken };
  return { details, objects, unprovenSpecs, unwrapped };
}

async function recordOf(keys: TenantKeys, tenantId: string, key: TenantKey): Promise<KeyRecord> {
  const probe = key.enabled ? await keys.probe(tenantId, key) : null;
  const replica = key.enabled ? await keys.replica(tenantId, key) : null;
  return keyRecord.parse({ format: 1, tenantId, ...key, probe, replica });
}

function replicaState(keys: TenantKeys, record: KeyRecord): 'none' | 'single-region' | 'checked' | 'made' {
  if (record.replica !== null) return record.replica.made ? 'made' : 'checked';
  return keys.replicaRegion !== null && !record.multiRegion ? 'single-region' : 'none';
}

async function writeJson(
  job: BackupJob,
  object: { readonly name: string; readonly file: string },
  record: KeyRecord | SecretsRecord,
): Promise<ManifestObject> {
  const bytes = Buffer.from(JSON.stringify(record));
  job.progress(bytes.length);
  return job.sink.write(object, Readable.from([bytes], { objectMode: false }));
}
