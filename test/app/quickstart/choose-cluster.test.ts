import { afterEach, describe, expect, it } from '@jest/globals';
import { inReverse } from '../../../app/processes/in-reverse.ts';
import { chooseCluster } from '../../../app/quickstart/choose-cluster.ts';
import { clusterLedger } from '../../../app/wiring/ledger.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { startTigerbeetle, tigerbeetleBinary } from '../../support/tigerbeetle-server.ts';

const folders = scratchFolders();
const binary = tigerbeetleBinary();
let opened = inReverse();
afterEach(async () => {
  await opened.close();
  opened = inReverse();
});

async function choose(environment: NodeJS.ProcessEnv, folder?: string) {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const cluster = await chooseCluster(environment, folder ?? (await folders()), { opened, say });
  return { cluster, said: said.join('\n') };
}

it('a quickstart keeps its ledger in Redis where there is no TigerBeetle', async () => {
  const environment = { PATH: '', TIGERBEETLE_BIN: '/nonexistent/tigerbeetle' };
  expect(await choose(environment)).toEqual({ cluster: undefined, said: '' });
});

it('a quickstart says that a named cluster does not answer, or cannot be', async () => {
  await expect(choose({ TIGERBEETLE_ADDRESS: '127.0.0.1:9' })).rejects.toMatchObject({
    code: 'ledger-unavailable',
  });
  await expect(
    choose({ TIGERBEETLE_ADDRESS: '127.0.0.1:9', TIGERBEETLE_CLUSTER_ID: 'x' }),
  ).rejects.toMatchObject({ code: 'configuration-invalid' });
}, 20_000);

(binary === undefined ? describe.skip : describe)(
  'a quickstart with TigerBeetle (TIGERBEETLE_BIN or on PATH)',
  () => {
    it('starts a server of its own, with the same data again, and finds the one of a killed quickstart', async () => {
      const folder = await folders();
      const first = await choose(process.env, folder);
      expect(first).toMatchObject({
        cluster: { ours: true, clusterId: '0' },
        said: expect.stringContaining('private') as unknown,
      });
      const scope = ledgerScope();
      const ledger = await clusterLedger('', { addresses: '', clusterId: '0', ...first.cluster });
      await ledger.createAccounts([scope.account(1)]);
      await ledger.close();
      const beside = await choose(process.env, folder);
      expect(beside.cluster).toEqual(first.cluster);
      expect(beside.said).toMatch(/of a killed quickstart still serves/);
      await opened.close();
      opened = inReverse();
      const again = await choose(process.env, folder);
      const reopened = await clusterLedger('', { addresses: '', clusterId: '0', ...again.cluster });
      expect(await reopened.lookupAccounts([scope.id(1)])).toHaveLength(1);
      await reopened.close();
    }, 60_000);

    it('writes to a named cluster only where that is empty', async () => {
      const server = await startTigerbeetle(binary ?? '');
      try {
        const environment = { TIGERBEETLE_ADDRESS: server.address };
        expect((await choose(environment)).cluster).toMatchObject({ ours: true });
        const ledger = await clusterLedger('', { addresses: server.address, clusterId: '0' });
        await ledger.createAccounts([ledgerScope().account(1)]);
        await ledger.close();
        expect((await choose(environment)).cluster).toMatchObject({ ours: false });
      } finally {
        await server.stop();
      }
    }, 60_000);
  },
);
