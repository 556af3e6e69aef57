import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTigerbeetleLedger } from '../../../stores/ledger/tigerbeetle.ts';
import { describeLedgerContract } from '../../contracts/ledger-contract.ts';
import { ledgerScope, results } from '../../support/ledger-events.ts';
import { freePort } from '../../support/redis-server.ts';
import {
  type TigerbeetleServer,
  startTigerbeetle,
  tigerbeetleBinary,
} from '../../support/tigerbeetle-server.ts';

const binary = tigerbeetleBinary();

(binary === undefined ? describe.skip : describe)(
  'with a TigerBeetle server (TIGERBEETLE_BIN or on PATH)',
  () => {
    let server: TigerbeetleServer;
    beforeAll(async () => {
      server = await startTigerbeetle(binary ?? '');
    });
    afterAll(() => server.stop());
    const open = (deadlineMs = 30_000) =>
      createTigerbeetleLedger({ clusterId: server.clusterId, addresses: [server.address], deadlineMs });

    describeLedgerContract('on TigerBeetle', () => open());

    it('ends a call at its deadline when the server hangs, and goes on when it answers again', async () => {
      const scope = ledgerScope();
      const ledger = open(1000);
      await ledger.createAccounts([scope.account(1), scope.account(2)]);
      server.pause();
      await expect(ledger.createTransfers([scope.transfer(10)])).rejects.toMatchObject({
        code: 'ledger-unavailable',
      });
      server.resume();
      expect(['created', 'exists']).toContain(results(await ledger.createTransfers([scope.transfer(10)]))[0]);
      await ledger.close();
    });

    it('names the cluster id among the reasons when a server of another cluster is asked', async () => {
      const options = { clusterId: server.clusterId + 7n, addresses: [server.address], deadlineMs: 500 };
      const ledger = createTigerbeetleLedger(options);
      await expect(ledger.lookupAccounts([1n])).rejects.toMatchObject({
        code: 'ledger-unavailable',
        message: expect.stringContaining('its cluster id is not 7') as unknown,
      });
      await ledger.close();
    });

    it('goes on with a new session where the cluster has given its own to others', async () => {
      const program = fileURLToPath(new URL('../../support/evicted-client.js', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [program, server.address]);
      expect(JSON.parse(stdout)).toEqual({ refused: 'ledger-unavailable', again: 0 });
    }, 120_000);
  },
);

describe('a TigerBeetle ledger without a server', () => {
  it('ends each call at its deadline with a coded error', async () => {
    const addresses = [`127.0.0.1:${await freePort()}`];
    const ledger = createTigerbeetleLedger({ clusterId: 0n, addresses, deadlineMs: 200 });
    await expect(ledger.lookupAccounts([1n])).rejects.toMatchObject({
      code: 'ledger-unavailable',
      status: 503,
    });
    await expect(ledger.queryTransfers({ limit: 1 })).rejects.toThrow(
      /no answer within 200 ms: it is down, or its cluster id is not 0/,
    );
    await ledger.close();
    await expect(ledger.lookupAccounts([1n])).rejects.toMatchObject({ code: 'ledger-unavailable' });
  });

  it('says what is wrong with an address', async () => {
    const ledger = createTigerbeetleLedger({ clusterId: 0n, addresses: ['nonsense:port'] });
    await expect(ledger.lookupAccounts([1n])).rejects.toMatchObject({ code: 'ledger-unavailable' });
    await ledger.close();
  });
});
