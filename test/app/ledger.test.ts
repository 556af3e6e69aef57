import { describe, expect, it } from '@jest/globals';
import { openLedger, requireLedger } from '../../app/wiring/ledger.ts';
import { ledgerScope } from '../support/ledger-events.ts';
import { recordingLog } from '../support/recording-log.ts';
import { freePort } from '../support/redis-server.ts';
import { testRedis } from '../support/redis.ts';

const { url, prefix } = testRedis();
const { log } = recordingLog();
const redis = { url, prefix };

describe('opening the ledger', () => {
  it('takes Redis where nothing else is configured', async () => {
    const ledger = await openLedger(
      { redis, ledger: { kind: 'redis', addresses: null, clusterId: '0' } },
      log,
    );
    const scope = ledgerScope();
    await ledger.createAccounts([scope.account(1)]);
    expect(await ledger.lookupAccounts([scope.id(1)])).toHaveLength(1);
    await ledger.close();
  });

  it('takes TigerBeetle, and connects only when it is asked', async () => {
    const addresses = `127.0.0.1:${await freePort()}, localhost:${await freePort()}`;
    const ledger = await openLedger(
      { redis, ledger: { kind: 'tigerbeetle', addresses, clusterId: '7' } },
      log,
    );
    await ledger.close();
    await expect(ledger.lookupAccounts([1n])).rejects.toMatchObject({ code: 'ledger-unavailable' });
  });

  it.each([
    [{ kind: 'tigerbeetle', addresses: null, clusterId: '0' } as const, /ledger\.addresses is empty/],
    [{ kind: 'tigerbeetle', addresses: ' , ', clusterId: '0' } as const, /ledger\.addresses is empty/],
    [{ kind: 'tigerbeetle', addresses: '127.0.0.1:3000', clusterId: 'x' } as const, /not "x"/],
  ])('refuses %j', async (ledger, message) => {
    expect(() => {
      requireLedger({ ledger });
    }).toThrow(message);
    await expect(openLedger({ redis, ledger }, log)).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringMatching(message) as unknown,
    });
  });
});
