import { randomUUID } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openApiKeys } from '../../api/auth/api-keys.ts';
import { systemClock } from '../../engine/clock.ts';
import { createSealingKeys } from '../../stores/keys/local.ts';
import { makeLocalTenantKeys } from '../../stores/tenant-keys/local-file.ts';
import { type Access, readAccess, writeAccess } from './access-file.ts';
import type { QuickstartCluster } from './choose-cluster.ts';
import type { QuickstartFolder } from './folder.ts';
import { makeSampleDuckdb } from './sample-duckdb.ts';
import { makeSampleParquet } from './sample-parquet.ts';

interface Serving {
  readonly redisUrl: string;
  readonly port: number;
  /** Undefined: the ledger is kept in Redis. */
  readonly cluster: QuickstartCluster | undefined;
}

/**
 * Makes what is missing: sample data, keys, API keys, configuration, access file. What is there is used as it is. Each
 * thing is made whole or not at all, so an interrupted start is simply gone on with.
 */
export async function prepareFolder(
  folder: QuickstartFolder,
  { say, ...serving }: Serving & { readonly say: (line: string) => void },
): Promise<Access> {
  for (const file of [
    folder.duckdb,
    folder.keyring,
    folder.metadata,
    folder.logs + '/x',
    folder.scratch + '/x',
  ]) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  }
  const before = await readAccess(folder.access);
  const tenantIds = before?.tenantIds ?? [randomUUID(), randomUUID()];
  if (await missing(folder.duckdb)) {
    say('making a sample DuckDB database');
    await makeSampleDuckdb(folder.duckdb, tenantIds);
  }
  if (await missing(folder.parquet)) {
    say('making a sample Parquet archive');
    await makeSampleParquet(folder.parquet);
  }
  if (await missing(folder.tenantKeys)) await makeLocalTenantKeys(folder.tenantKeys, tenantIds);
  if (await missing(folder.keyring)) {
    say('making the working key and the recovery key');
    await createSealingKeys({
      keyring: folder.keyring,
      recoveryPublicKey: folder.recoveryPublicKey,
      recoveryPrivateKey: folder.recoveryPrivateKey,
    });
  }
  const made = {
    url: `http://127.0.0.1:${serving.port}`,
    ...(await apiKeys(folder.apiKeys, before)),
    tenantIds: [...tenantIds],
    sources: { duckdb: folder.duckdb, parquet: folder.parquet },
    store: folder.store,
    configuration: folder.configuration,
  };
  await writeConfiguration(folder, serving);
  await writeAccess(folder.access, made);
  return made;
}

/** Keys are kept hashed: those of an earlier start are known from its access file, or made anew. */
async function apiKeys(
  file: string,
  before: Access | undefined,
): Promise<{ adminKey: string; viewerKey: string }> {
  const keys = openApiKeys(file, systemClock);
  const known = async (key: string | undefined): Promise<boolean> =>
    key !== undefined && (await keys.verify(key)) !== undefined;
  if (before !== undefined && (await known(before.adminKey)) && (await known(before.viewerKey))) {
    return { adminKey: before.adminKey, viewerKey: before.viewerKey };
  }
  for (const name of ['quickstart-admin', 'quickstart-viewer']) await keys.revoke(name);
  return {
    adminKey: (await keys.create('quickstart-admin', 'admin')).key,
    viewerKey: (await keys.create('quickstart-viewer', 'viewer')).key,
  };
}

async function writeConfiguration(
  folder: QuickstartFolder,
  { redisUrl, port, cluster }: Serving,
): Promise<void> {
  const { ours = false, ...tigerbeetle } = cluster ?? {};
  const kind = 'tigerbeetle';
  const configuration = {
    schedules: [{ name: 'kms-keys', enabled: true }],
    redis: { url: redisUrl },
    store: { kind: 'folder', folder: folder.store },
    keys: { kind: 'local', file: folder.keyring, recoveryPublicKey: folder.recoveryPublicKey },
    sources: {
      duckdb: { file: folder.duckdb },
      parquet: { folder: folder.parquet },
      tigerbeetle: cluster ? { kind, ...tigerbeetle } : { kind: 'redis' },
      kms: { kind: 'local', file: folder.tenantKeys },
    },
    ...(ours && { ledger: { kind, ...tigerbeetle } }),
    metadata: { file: folder.metadata },
    scratch: { folder: folder.scratch },
    api: { port, keysFile: folder.apiKeys },
  };
  await writeFile(folder.configuration, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
}

async function missing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
