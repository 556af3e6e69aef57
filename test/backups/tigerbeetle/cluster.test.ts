import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { restoreTigerbeetle } from '../../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import { createTigerbeetleLedger } from '../../../stores/ledger/tigerbeetle.ts';
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
import { startTigerbeetle, tigerbeetleBinary } from '../../support/tigerbeetle-server.ts';
import { folderVault } from '../../support/vault.ts';

const folders = scratchFolders();
const binary = tigerbeetleBinary();

(binary === undefined ? describe.skip : describe)(
  'a backup of a TigerBeetle cluster (TIGERBEETLE_BIN or on PATH)',
  () => {
    it('is restored into another cluster row for row', async () => {
      const servers = [await startTigerbeetle(binary ?? ''), await startTigerbeetle(binary ?? '')];
      const [ledger, target] = servers.map(({ address, clusterId }) =>
        createTigerbeetleLedger({ clusterId, addresses: [address] }),
      );
      if (ledger === undefined || target === undefined) throw new Error('two ledgers are open');
      try {
        const scope = ledgerScope();
        const vault = await folderVault(await folders());
        await ledger.createAccounts(variedAccounts(scope, 500));
        const write = async (first: number, count: number): Promise<void> => {
          const created = await ledger.createTransfers(variedTransfers(scope, first, count));
          expect(new Set(results(created))).toEqual(new Set(['created']));
        };
        await write(1000, 1500);
        await backUpLedger({ vault, ledger, scratch: await folders() }, 'tigerbeetle-snapshot');
        await write(3000, 500);
        const log = await backUpLedger({ vault, ledger, scratch: await folders() }, 'tigerbeetle-logs');
        expect(log.header.scope).toBe('incremental');
        const restored = await restoreTigerbeetle({
          catalog: createBackupCatalog(vault, quietLog),
          ...{ wanted: { backupId: log.header.backupId }, into: target, progress: () => undefined },
          ...{ scratch: await folders(), signal: new AbortController().signal },
        });
        expect(restored.total).toEqual({ accounts: 500, transfers: 2000 });
        expect(await contentOf(target)).toEqual(asImported(await contentOf(ledger)));
      } finally {
        await Promise.all([ledger.close(), target.close()]);
        await Promise.all(servers.map((server) => server.stop()));
      }
    }, 90_000);
  },
);
