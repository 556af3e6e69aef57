import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../engine/clock.ts';
import { transferFlags as flags } from '../../../stores/ledger/flags.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { connectRedis } from '../../../stores/redis-connection.ts';
import { describeLedgerContract } from '../../contracts/ledger-contract.ts';
import { ledgerScope, results } from '../../support/ledger-events.ts';
import { startRedisServer } from '../../support/redis-server.ts';
import { testRedis } from '../../support/redis.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const { redis, prefix } = testRedis();

describeLedgerContract('on Redis', () => createRedisLedger({ redis, prefix, clock: systemClock }));

describe('the ledger on Redis', () => {
  it('ends each call in time when Redis does not answer, and says when it is full', async () => {
    const server = await startRedisServer();
    const own = connectRedis(server.url);
    own.on('error', () => undefined);
    const scope = ledgerScope();
    const ledger = createRedisLedger({ redis: own, prefix: 'x', clock: systemClock, deadlineMs: 300 });
    await own.config('SET', 'maxmemory', '1');
    await expect(ledger.createAccounts([scope.account(1)])).rejects.toMatchObject({
      code: 'ledger-unavailable',
      message: expect.stringContaining('full') as unknown,
    });
    await server.stop();
    await expect(ledger.lookupAccounts([1n])).rejects.toMatchObject({ code: 'ledger-unavailable' });
    await expect(ledger.queryTransfers({ limit: 0 })).rejects.toMatchObject({ code: 'invalid-request' });
    own.disconnect();
  });

  it('loses no batch when several write at once', async () => {
    const scope = ledgerScope();
    const ledger = () => createRedisLedger({ redis, prefix: `${prefix}-race`, clock: systemClock });
    await ledger().createAccounts([scope.account(1), scope.account(2)]);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        ledger().createTransfers([scope.transfer(10 + n), scope.transfer(10)]),
      ),
    );
    expect(await ledger().lookupAccounts([scope.id(1)])).toMatchObject([{ debitsPosted: 80n }]);
  });

  it('releases pending transfers when their time is up, and says so to a late post', async () => {
    const clock = new SettableClock('2026-01-01T00:00:00.000Z');
    const scope = ledgerScope();
    const ledger = createRedisLedger({ redis, prefix: `${prefix}-expiry`, clock });
    await ledger.createAccounts([scope.account(1), scope.account(2)]);
    await ledger.createTransfers([scope.transfer(10, { flags: flags.pending, timeout: 60 })]);
    clock.tick(62_000);
    await ledger.createTransfers([scope.transfer(11)]);
    expect(await ledger.lookupAccounts([scope.id(1)])).toMatchObject([
      { debitsPending: 0n, debitsPosted: 10n },
    ]);
    const post = scope.end(12, 10, { amount: 1n, flags: flags.postPendingTransfer });
    expect(results(await ledger.createTransfers([post]))).toEqual(['pending_transfer_expired']);
  });

  it('takes events over with the timestamps that they had', async () => {
    const clock = new SettableClock('2026-01-01T00:00:00.000Z');
    const scope = ledgerScope();
    const ledger = createRedisLedger({ redis, prefix: `${prefix}-imported`, clock });
    const at = (n: number) => ({ flags: flags.imported, timestamp: BigInt(n) });
    const imported = (n: number, timestamp: number) => ({
      ...scope.account(n),
      flags: 16,
      timestamp: BigInt(timestamp),
    });
    expect(results(await ledger.createAccounts([imported(1, 100), imported(2, 200)]))).toEqual([
      'created',
      'created',
    ]);
    expect(
      results(
        await ledger.createTransfers([
          scope.transfer(10, at(150)),
          scope.transfer(11, at(300)),
          scope.transfer(12, at(300)),
          scope.transfer(13, { ...at(301), flags: flags.imported | flags.pending, timeout: 1 }),
          scope.transfer(14),
          scope.transfer(15, { flags: flags.imported }),
          scope.transfer(16, { flags: flags.imported, timestamp: 2n ** 62n }),
        ]),
      ),
    ).toEqual([
      'imported_event_timestamp_must_postdate_credit_account',
      'created',
      'imported_event_timestamp_must_not_regress',
      'imported_event_timeout_must_be_zero',
      'imported_event_expected',
      'imported_event_timestamp_out_of_range',
      'imported_event_timestamp_must_not_advance',
    ]);
    expect(results(await ledger.createTransfers([scope.transfer(20), scope.transfer(21, at(400))]))).toEqual([
      'created',
      'imported_event_not_expected',
    ]);
  });
});
