import type { inReverse } from '../processes/in-reverse.ts';
import { clusterLedger } from '../wiring/ledger.ts';
import { startPrivateTigerbeetle, tigerbeetleBinary } from './private-tigerbeetle.ts';
import { takesSamples } from './sample-ledger.ts';

/** The TigerBeetle cluster of a quickstart. */
export interface QuickstartCluster {
  readonly addresses: string;
  readonly clusterId: string;
  /** Ours to write into: samples and the audit trail. One that holds other rows is backed up, and nothing is written. */
  readonly ours: boolean;
}

const wantedPort = 3390;

/**
 * The cluster that TIGERBEETLE_ADDRESS (and TIGERBEETLE_CLUSTER_ID) names, or one that is started in `folder` where there
 * is a server's binary; undefined: the ledger is kept in Redis. Throws `ledger-unavailable`, `ledger-version`,
 * `configuration-invalid`.
 */
export async function chooseCluster(
  environment: NodeJS.ProcessEnv,
  folder: string,
  { opened, say }: { opened: ReturnType<typeof inReverse>; say: (line: string) => void },
): Promise<QuickstartCluster | undefined> {
  const addresses = environment['TIGERBEETLE_ADDRESS'] ?? '';
  if (addresses !== '') {
    const named = { addresses, clusterId: environment['TIGERBEETLE_CLUSTER_ID'] ?? '0' };
    const ours = await isOurs(named);
    const writes = ours ? 'samples and the audit trail go there, too' : 'it is backed up, and not written to';
    say(`the TigerBeetle cluster at ${addresses} is the ledger: ${writes}`);
    return { ...named, ours };
  }
  const binary = await tigerbeetleBinary(environment);
  if (binary === undefined) return undefined;
  const server = await startPrivateTigerbeetle(binary, folder, wantedPort);
  opened.add(() => server.stop());
  if (server.left === undefined) say(`a private TigerBeetle serves on ${server.address}`);
  else
    say(
      `the TigerBeetle of a killed quickstart still serves on ${server.address}: using it, and leaving it (process ${server.left})`,
    );
  return { addresses: server.address, clusterId: '0', ours: true };
}

async function isOurs(cluster: { addresses: string; clusterId: string }): Promise<boolean> {
  const ledger = await clusterLedger('sources.tigerbeetle', cluster);
  try {
    return await takesSamples(ledger);
  } finally {
    await ledger.close();
  }
}
