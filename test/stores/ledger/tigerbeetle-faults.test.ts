import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { restoreTigerbeetle } from '../../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import { errorCode } from '../../../errors/coded-error.ts';
import type { Ledger } from '../../../stores/ledger/port.ts';
import { createTigerbeetleLedger } from '../../../stores/ledger/tigerbeetle.ts';
import { type FaultyConnection, startFaultyConnection } from '../../support/faulty-connection.ts';
import {
  asImported,
  backUpLedger,
  contentOf,
  variedAccounts,
  variedTransfers,
} from '../../support/ledger-backups.ts';
import { ledgerScope, results } from '../../support/ledger-events.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { scratchFolders } from '../../support/scratch.ts';
import {
  startTigerbeetle,
  tigerbeetleBinary,
  type TigerbeetleServer,
} from '../../support/tigerbeetle-server.ts';
import { until } from '../../support/until.ts';
import { folderVault } from '../../support/vault.ts';

const folders = scratchFolders();
const binary = tigerbeetleBinary();
const faults = ['reset', 'stall', 'cut', 'flip'] as const;
const deadlineMs = 3000;

/** The first answers after a fault may come late on a busy machine. */
const inTime = <Result>(work: () => Promise<Result>): Promise<Result> =>
  until(
    'it works again',
    () =>
      work().catch((error: unknown) => {
        if (errorCode(error) !== 'ledger-unavailable') throw error;
        return undefined;
      }),
    60_000,
  );

(binary === undefined ? describe.skip : describe)(
  'a network that fails before a TigerBeetle server (TIGERBEETLE_BIN or on PATH)',
  () => {
    let server: TigerbeetleServer;
    let between: FaultyConnection;
    let ledger: Ledger;
    beforeAll(async () => {
      server = await startTigerbeetle(binary ?? '');
      between = await startFaultyConnection(Number(server.address.split(':')[1]));
      ledger = createTigerbeetleLedger({
        clusterId: 0n,
        addresses: [`127.0.0.1:${between.port}`],
        deadlineMs,
      });
    }, 60_000);
    afterAll(async () => {
      await ledger.close();
      await between.close();
      await server.stop();
    });

    it.each(faults)(
      '%s: every call ends in time with a code, and made again is done once',
      async (fault) => {
        const scope = ledgerScope();
        await ledger.createAccounts([scope.account(1), scope.account(2)]);
        const transfers = Array.from({ length: 500 }, (_, n) => scope.transfer(10 + n));
        between.set(fault);
        for (const call of [
          () => ledger.createTransfers(transfers),
          () => ledger.lookupTransfers([scope.id(10)]),
          () => ledger.queryTransfers({ limit: 100 }),
        ]) {
          const begun = performance.now();
          await expect(call()).rejects.toMatchObject({ code: 'ledger-unavailable' });
          expect(performance.now() - begun).toBeLessThan(2 * deadlineMs + 5000);
        }
        between.set('none');
        const again = new Set(results(await inTime(() => ledger.createTransfers(transfers))));
        expect(['created', 'exists']).toEqual(expect.arrayContaining([...again]));
        const [account] = await ledger.lookupAccounts([scope.id(1)]);
        expect(account?.debitsPosted).toBe(5000n);
      },
      60_000,
    );

    it.each(faults)(
      '%s: a backup and a restore fail with a code, claim nothing, and go on',
      async (fault) => {
        const scope = ledgerScope();
        await ledger.createAccounts(variedAccounts(scope, 401));
        await ledger.createTransfers(variedTransfers(scope, 1000, 1000));
        const vault = await folderVault(await folders());
        const take = async () =>
          backUpLedger({ vault, ledger, scratch: await folders() }, 'tigerbeetle-snapshot');
        between.set(fault);
        expect(errorCode(await take().catch((error: unknown) => error))).toBe('ledger-unavailable');
        const catalog = createBackupCatalog(vault, quietLog);
        expect(await catalog.headers('tigerbeetle')).toEqual([]);
        between.set('none');
        const { header } = await inTime(take);

        const target = await startTigerbeetle(binary ?? '', '64KiB');
        const before = await startFaultyConnection(Number(target.address.split(':')[1]));
        const into = createTigerbeetleLedger({
          clusterId: 0n,
          addresses: [`127.0.0.1:${before.port}`],
          deadlineMs,
        });
        try {
          const scratch = await folders();
          const restore = (progress: () => void) =>
            restoreTigerbeetle({
              ...{ catalog, wanted: { backupId: header.backupId }, scratch, progress },
              ...{ into, signal: new AbortController().signal },
            });
          // Objects are read before the ledger is asked for anything.
          const failed = await restore(() => {
            before.set(fault);
          }).catch((error: unknown) => error);
          expect(errorCode(failed)).toBe('ledger-unavailable');
          before.set('none');
          await inTime(() => restore(() => undefined));
          // Some pending transfers of the tests before have expired: each has a void besides.
          const [source, restored] = [asImported(await contentOf(ledger)), await contentOf(into)];
          const own = new Set(source.transfers.map(({ id }) => id));
          expect(restored.transfers.filter(({ id }) => own.has(id))).toEqual(source.transfers);
          expect(restored.accounts).toHaveLength(source.accounts.length);
        } finally {
          await into.close();
          await before.close();
          await target.stop();
        }
      },
      120_000,
    );
  },
);
