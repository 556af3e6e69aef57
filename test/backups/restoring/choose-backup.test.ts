import { expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { chooseBackup } from '../../../backups/restoring/choose-backup.ts';
import { laterByClock } from '../../../backups/restoring/later-by-clock.ts';
import { heldAt, type Manifest } from '../../../model/manifest.ts';
import { storeManifest } from '../../support/manifests.ts';
import { anOrder } from '../../support/orders.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { folderVault } from '../../support/vault.ts';

const scratch = scratchFolders();
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** Backups in the order in which they were taken. */
async function stored(snapshots: readonly number[]): Promise<{
  readonly manifests: readonly Manifest[];
  readonly choose: (minute?: number) => Promise<string>;
}> {
  const vault = await folderVault(await scratch());
  const manifests: Manifest[] = [];
  for (const [taken, minute] of snapshots.entries())
    manifests.push(
      await storeManifest(
        vault,
        { snapshotAt: at(minute) },
        {
          ...{ order: anOrder('duckdb-full'), fencingToken: taken + 1 },
          ...{ startTime: at(minute - 1), endTime: at(minute + 10) },
        },
      ),
    );
  const catalog = createBackupCatalog(vault, recordingLog().log);
  return {
    manifests,
    choose: async (minute) => {
      const wanted = minute === undefined ? {} : { at: Date.parse(at(minute)) };
      return (await chooseBackup({ catalog, store: vault.store }, 'duckdb', wanted)).header.backupId;
    },
  };
}

it('goes by the moment whose data a backup holds, not by its end', async () => {
  const { manifests, choose } = await stored([10, 20, 30]);
  const ids = manifests.map(({ header }) => header.backupId);
  expect(await choose(20)).toBe(ids[1]);
  expect(await choose(29)).toBe(ids[1]);
  expect(await choose(30)).toBe(ids[2]);
  await expect(choose(9)).rejects.toMatchObject({ code: 'backup-not-found' });
});

it('takes the one that was taken last, also after the clock was set back, and says which one has a later time', async () => {
  const { manifests, choose } = await stored([5, 140, 20]);
  const [first, ahead, last] = manifests.map(({ header }) => header);
  expect(await choose()).toBe(last?.backupId);
  expect(await choose(150)).toBe(last?.backupId);
  expect(await choose(10)).toBe(first?.backupId);
  const headers = manifests.map(({ header }) => header);
  const told = headers.map((header) => laterByClock(header, headers));
  const why = expect.stringContaining(`it was taken before backup ${last?.backupId ?? ''}`) as unknown;
  expect(told).toEqual([[], [], [{ backupId: ahead?.backupId, why }]]);
});

it('counts a backup from its end where its manifest does not say more', () => {
  expect(heldAt({ endTime: at(3) })).toBe(Date.parse(at(3)));
  expect(heldAt({ endTime: at(3), snapshotAt: at(1) })).toBe(Date.parse(at(1)));
});
