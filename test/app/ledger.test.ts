import { describe, expect, it } from '@jest/globals';
import { openLedger, requireLedgers } from '../../app/wiring/ledger.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { ledgerScope } from '../support/ledger-events.ts';
import { recordingLog } from '../support/recording-log.ts';
import { freePort } from '../support/redis-server.ts';
import { testRedis } from '../support/redis.ts';

const { url, prefix } = testRedis();
const { log } = recordingLog();
const redis = { url, prefix };
const configuration = loadConfiguration({ environment: {} });

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
    [
      { kind: 'tigerbeetle', addresses: '127.0.0.1:3000', clusterId: String(2n ** 128n) } as const,
      /below 2\^128/,
    ],
  ])('refuses %j', async (ledger, message) => {
    expect(() => {
      requireLedgers({ ...configuration, ledger });
    }).toThrow(message);
    await expect(openLedger({ redis, ledger }, log)).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('refuses the clusters of a source and of restores in the same way, before a process starts', () => {
    const cluster = { addresses: '127.0.0.1:3000', clusterId: 'abc' };
    const { sources, restores } = configuration;
    const source = { ...sources.tigerbeetle, ...cluster };
    expect(() => {
      requireLedgers({ ...configuration, sources: { ...sources, tigerbeetle: source } });
    }).toThrow('sources.tigerbeetle.clusterId is a decimal number below 2^128, not "abc"');
    expect(() => {
      requireLedgers({ ...configuration, restores: { ...restores, tigerbeetle: cluster } });
    }).toThrow('restores.tigerbeetle.clusterId is a decimal number below 2^128, not "abc"');
    // One that is not used is not looked at.
    const unused = { ...source, kind: 'redis' } as const;
    requireLedgers({ ...configuration, sources: { ...sources, tigerbeetle: unused } });
  });
});
