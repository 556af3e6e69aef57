import { expect, it } from '@jest/globals';
import { decodeParquet } from '../../../app/restoring/decode-parquet.ts';
import { createLedgerReader } from '../../../backups/tigerbeetle/reader.ts';
import { manifestPath } from '../../../model/manifest.ts';
import { damage, remember } from '../../support/damage.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { verifyIn } from '../../support/verify-backups.ts';
import { ledgerSites } from '../tigerbeetle/ledger-sites.ts';

const site = ledgerSites();
const scratch = scratchFolders();

it.each(['flip', 'foreign'] as const)(
  'names every object and manifest of a chain of ledger backups after a %s',
  async (way) => {
    const { vault, write, take, emptyLedger } = await site({ accounts: 410, transfers: 20 });
    const full = await take('tigerbeetle-snapshot');
    await write(3000, 20);
    const first = await take('tigerbeetle-logs');
    await write(4000, 20);
    const second = await take('tigerbeetle-logs');
    const verify = await verifyIn(await scratch(), vault, (catalog) =>
      createLedgerReader(catalog, { decodeParquet: (file) => decodeParquet(file, '300MB'), emptyLedger }),
    );
    const chain = [full, first, second];
    const objects = chain.flatMap(({ body }) => body.objects.map(({ path }) => path));
    const manifests = chain.map(({ header }) => manifestPath('tigerbeetle', header.backupId));
    for (const all of [objects, manifests]) {
      expect(all.length).toBeGreaterThan(2);
      for (const path of all) {
        const whole = await remember(vault.root, [path]);
        await damage[way](vault.root, path, all.find((each) => each !== path) ?? '');
        for (const level of [1, 2] as const) {
          const { ok, findings } = await verify(second.header.backupId, level);
          expect({ ok, objects: findings.map(({ object }) => object) }).toEqual({
            ok: false,
            objects: [path],
          });
        }
        await whole();
      }
    }
    expect((await verify(second.header.backupId, 2)).ok).toBe(true);
  },
);
