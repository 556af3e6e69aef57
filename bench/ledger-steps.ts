import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient } from 'tigerbeetle-node';
import { createBackupCatalog } from '../backups/manifests/catalog.ts';
import type { Vault } from '../backups/sealing/open-object.ts';
import { detailsOf } from '../backups/tigerbeetle/manifest.ts';
import { restoreTigerbeetle } from '../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import { type LocalKeyFiles, openLocalKeyRing } from '../stores/keys/local.ts';
import type { Ledger } from '../stores/ledger/port.ts';
import { createTigerbeetleLedger } from '../stores/ledger/tigerbeetle.ts';
import { createFolderStore } from '../stores/objects/folder.ts';
import { takeLedger } from '../test/support/ledger-backups.ts';
import { quietLog } from '../test/support/real-parquet.ts';
import { fillLedger, importLedger, queryLedger } from './raw-ledger.ts';

export type Step = 'fill' | 'query' | 'import' | 'backup' | 'logs' | 'restore';

export interface Asked {
  /** Of the keys. */
  readonly folder: string;
  /** Of the object store. */
  readonly store: string;
  /** host:port */
  readonly source: string;
  readonly target: string;
  readonly accounts: number;
  /** Transfers to make: the numbers of the first, and of the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly backupId: string;
}

export interface Measured {
  readonly rows: number;
  readonly seconds: number;
  /** Of all threads: what counts where others use the processors, too. */
  readonly cpu: number;
  readonly peakMB: number;
  readonly backupId: string;
  /** ms of each log: the worker's own part, and with its manifest. */
  readonly logs: readonly { readonly took: number; readonly whole: number }[];
}

type Result = Partial<Pick<Measured, 'rows' | 'seconds' | 'backupId' | 'logs'>>;

export const keyFiles = (folder: string): LocalKeyFiles => ({
  keyring: join(folder, 'keyring.json'),
  recoveryPublicKey: join(folder, 'recovery.pem'),
});

/** Does one step in this process and measures it. */
export async function runStep(step: Step, asked: Asked): Promise<Measured> {
  const begin = performance.now();
  const result = await stepsOf(asked)[step]();
  const seconds = (performance.now() - begin) / 1000;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1e6;
  return { rows: 0, seconds, cpu, peakMB: maxRSS / 1024, backupId: '', logs: [], ...result };
}

function stepsOf(asked: Asked): Record<Step, () => Promise<Result>> {
  return {
    fill: () =>
      withClient(asked.source, async (client) => {
        await fillLedger(client, asked);
        return {};
      }),
    query: () => withClient(asked.source, async (client) => ({ rows: await queryLedger(client) })),
    import: () =>
      withClient(asked.source, (source) =>
        withClient(asked.target, (target) => importLedger(source, target)),
      ),
    backup: () =>
      withLedger(asked.source, async (ledger) => {
        const { finish } = await takeLedger(await siteOf(asked, ledger), 'tigerbeetle-snapshot');
        const manifest = await finish();
        const { accounts, transfers } = detailsOf(manifest);
        return { rows: accounts.rows + transfers.rows, backupId: manifest.header.backupId };
      }),
    logs: () =>
      withLedger(asked.source, async (ledger) => {
        const site = await siteOf(asked, ledger);
        const logs: { took: number; whole: number }[] = [];
        for (let n = 0; n < 10; n += 1) {
          const begin = performance.now();
          const { finish } = await takeLedger(site, 'tigerbeetle-logs');
          const took = performance.now() - begin;
          await finish();
          logs.push({ took, whole: performance.now() - begin });
        }
        return { logs };
      }),
    restore: () =>
      withLedger(asked.target, async (into) => {
        const { total } = await restoreTigerbeetle({
          ...{ catalog: createBackupCatalog(await vaultOf(asked), quietLog), into, scratch: asked.folder },
          ...{ wanted: { backupId: asked.backupId }, progress: () => undefined },
          signal: new AbortController().signal,
        });
        return { rows: total.accounts + total.transfers };
      }),
  };
}

async function siteOf(asked: Asked, ledger: Ledger) {
  return { vault: await vaultOf(asked), ledger, scratch: await mkdtemp(join(asked.folder, 'scratch-')) };
}

async function vaultOf({ folder, store }: Asked): Promise<Vault> {
  await mkdir(store, { recursive: true });
  return { store: await createFolderStore(store), keys: await openLocalKeyRing(keyFiles(folder)) };
}

async function withClient<Of>(address: string, use: (client: Client) => Promise<Of>): Promise<Of> {
  const client = createClient({ cluster_id: 0n, replica_addresses: [address] });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

async function withLedger<Of>(address: string, use: (ledger: Ledger) => Promise<Of>): Promise<Of> {
  const ledger = createTigerbeetleLedger({ clusterId: 0n, addresses: [address] });
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}
