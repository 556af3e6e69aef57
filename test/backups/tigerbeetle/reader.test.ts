import { describe, expect, it } from '@jest/globals';
import { decodeParquet } from '../../../app/restoring/decode-parquet.ts';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { detailsOf } from '../../../backups/tigerbeetle/manifest.ts';
import { createLedgerReader } from '../../../backups/tigerbeetle/reader.ts';
import type { Vault } from '../../../backups/sealing/open-object.ts';
import { verifyBackup } from '../../../backups/verification/verify-backup.ts';
import { systemClock } from '../../../engine/clock.ts';
import { createMemoryLedger } from '../../../stores/ledger/memory.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { ledgerSites } from './ledger-sites.ts';

const site = ledgerSites();
const folders = scratchFolders();

async function verify(vault: Vault, backupId: string, maxRows = 3000) {
  const catalog = createBackupCatalog(vault, quietLog);
  const reader = createLedgerReader(catalog, {
    decodeParquet: (file) => decodeParquet(file, '300MB'),
    emptyLedger: () => createMemoryLedger({ clock: { now: () => 9e12 } }),
    maxRows,
  });
  const quiet = { begin: () => undefined, progress: () => undefined };
  return verifyBackup(
    {
      ...{ vault, catalog, reader, clock: systemClock, scratch: await folders() },
      ...{ signal: new AbortController().signal, ...quiet },
    },
    backupId,
    3,
  );
}

describe('a ledger backup at level 3', () => {
  it('is restored into memory and compared, with the expired voided', async () => {
    const { clock, vault, write, take } = await site();
    await take('tigerbeetle-snapshot');
    clock.tick(60_000);
    await write(3000, 300);
    const { header } = await take('tigerbeetle-logs');
    expect(await verify(vault, header.backupId)).toMatchObject({
      ...{ level: 3, ok: true, findings: [], notes: [], manifests: 2 },
    });
  });

  it('that is too large for it is verified up to level 2, and says so', async () => {
    const { vault, take } = await site({ accounts: 410, transfers: 20 });
    const { header } = await take('tigerbeetle-snapshot');
    const report = await verify(vault, header.backupId, 429);
    expect(report).toMatchObject({ level: 2, ok: true });
    expect(report.notes).toEqual([
      expect.stringContaining('holds 430 accounts and transfers, and at most 429'),
    ]);
  });

  it('that no ledger would take is damaged, though every byte is as it was stored', async () => {
    const { ledger, scope, vault, take } = await site({ accounts: 410, transfers: 20 });
    await take('tigerbeetle-snapshot');
    await ledger.createAccounts([scope.account(411), scope.account(412)]);
    await ledger.createTransfers([scope.transfer(5000, { debitAccountId: scope.id(411) })]);
    const forgetful = {
      ...ledger,
      queryAccounts: async (query: Parameters<typeof ledger.queryAccounts>[0]) =>
        (await ledger.queryAccounts(query)).filter(({ id }) => id !== scope.id(411)),
    };
    const log = await take('tigerbeetle-logs', { from: forgetful });
    expect(detailsOf(log).accounts.rows).toBe(411);
    const report = await verify(vault, log.header.backupId);
    expect(report).toMatchObject({ level: 3, ok: false });
    expect(report.findings).toEqual([
      { object: expect.any(String), problem: expect.stringContaining('debit_account_not_found') },
    ]);
  });
});
