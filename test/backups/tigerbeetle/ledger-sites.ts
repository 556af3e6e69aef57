import { expect } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { restoreTigerbeetle } from '../../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import type { Ledger } from '../../../stores/ledger/port.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { backUpLedger, variedAccounts, variedTransfers } from '../../support/ledger-backups.ts';
import { ledgerScope, results } from '../../support/ledger-events.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { testRedis } from '../../support/redis.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { SettableClock } from '../../support/settable-clock.ts';
import { folderVault } from '../../support/vault.ts';

/** To be called once in a test file; what it returns, once in a test. */
export function ledgerSites() {
  const { redis, prefix } = testRedis();
  const folders = scratchFolders();
  let ledgers = 0;

  /** A ledger of 500 accounts and 1,500 transfers, an empty one to restore into, and a vault. */
  return async (size = { accounts: 500, transfers: 1500 }) => {
    const clock = new SettableClock();
    const emptyLedger = (): Ledger => {
      ledgers += 1;
      return createRedisLedger({ redis, prefix: `${prefix}-${ledgers}`, clock });
    };
    const [ledger, target] = [emptyLedger(), emptyLedger()];
    const scope = ledgerScope();
    const vault = await folderVault(await folders());
    const write = async (first: number, count: number): Promise<void> => {
      clock.tick(1000);
      const created = await ledger.createTransfers(variedTransfers(scope, first, count));
      expect(new Set(results(created))).toEqual(new Set(['created']));
    };
    const created = await ledger.createAccounts(variedAccounts(scope, size.accounts));
    expect(new Set(results(created))).toEqual(new Set(['created']));
    await write(1000, size.transfers);
    const scratch = await folders();
    /** `from`: the ledger as it is seen by the backup. */
    const take = async (
      kind: 'tigerbeetle-snapshot' | 'tigerbeetle-logs',
      { signal, from = ledger }: { readonly signal?: AbortSignal; readonly from?: Ledger } = {},
    ) => backUpLedger({ vault, ledger: from, scratch: await folders() }, kind, signal);
    const restore = async (backupId: string, into: Ledger = target) => {
      clock.tick(1000);
      return restoreTigerbeetle({
        catalog: createBackupCatalog(vault, quietLog),
        ...{ wanted: { backupId }, into, scratch, progress: () => undefined },
        signal: new AbortController().signal,
      });
    };
    return { clock, ledger, target, scope, vault, write, take, restore, emptyLedger };
  };
}
