import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { restoreTigerbeetle } from '../../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import { createTigerbeetleTaker } from '../../../backups/tigerbeetle/take-backup.ts';
import { manifestPath } from '../../../model/manifest.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { damage } from '../../support/damage.ts';
import { backUpLedger, variedAccounts, variedTransfers } from '../../support/ledger-backups.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { testRedis } from '../../support/redis.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { SettableClock } from '../../support/settable-clock.ts';
import { folderVault } from '../../support/vault.ts';

const { redis, prefix } = testRedis();
const folders = scratchFolders();
let ledgers = 0;

async function aChain() {
  const clock = new SettableClock();
  const ledger = createRedisLedger({ redis, prefix: `${prefix}-${++ledgers}`, clock });
  const scope = ledgerScope();
  const vault = await folderVault(await folders());
  await ledger.createAccounts(variedAccounts(scope, 405));
  await ledger.createTransfers(variedTransfers(scope, 1000, 40));
  const take = async (kind: 'tigerbeetle-snapshot' | 'tigerbeetle-logs', parentDamaged?: string) => {
    const changes = parentDamaged === undefined ? {} : { parentDamaged };
    return backUpLedger({ vault, ledger, scratch: await folders(), changes }, kind);
  };
  const full = await take('tigerbeetle-snapshot');
  clock.tick(1000);
  await ledger.createTransfers(variedTransfers(scope, 2000, 40));
  const log = await take('tigerbeetle-logs');
  expect(log.header.scope).toBe('incremental');
  return { vault, clock, ledger, take, full, log };
}

describe('the parent of a TigerBeetle log', () => {
  it('is none when an object of its chain is missing', async () => {
    const { vault, take, full, log } = await aChain();
    const path = full.body.objects[0]?.path ?? '';
    await damage.delete(vault.root, path);
    const { header } = await take('tigerbeetle-logs');
    expect(header).toMatchObject({
      scope: 'full',
      parent: null,
      note: expect.stringContaining(
        `parent ${log.header.backupId} is damaged: its object ${path} is missing`,
      ),
    });
  });

  it('is none where a verification found it damaged, and nothing that is stored is referred to', async () => {
    const { take, full } = await aChain();
    const { header, body } = await take('tigerbeetle-logs', 'parent X is damaged: it is');
    expect(header).toMatchObject({ scope: 'full', note: 'taken in full: parent X is damaged: it is' });
    const before = new Set(full.body.objects.map(({ path }) => path));
    expect(body.objects.filter(({ path }) => before.has(path))).toEqual([]);
  });

  it('is none in a ledger that was restored from it, where pending transfers have no timeouts', async () => {
    const { vault, clock, log } = await aChain();
    clock.tick(1000);
    const ledger = createRedisLedger({ redis, prefix: `${prefix}-${++ledgers}`, clock });
    const { backupId } = log.header;
    await restoreTigerbeetle({
      ...{ catalog: createBackupCatalog(vault, quietLog), wanted: { backupId }, into: ledger },
      ...{ scratch: await folders(), progress: () => undefined, signal: new AbortController().signal },
    });
    const take = async () => backUpLedger({ vault, ledger, scratch: await folders() }, 'tigerbeetle-logs');
    expect((await take()).header).toMatchObject({
      scope: 'full',
      note: expect.stringContaining(`the ledger does not hold the history of backup ${backupId}`),
    });
    expect((await take()).header.scope).toBe('incremental');
  });

  it('is looked for in manifests that are read once by a worker, and among objects that are asked for each time', async () => {
    const { vault, ledger, full } = await aChain();
    let reads = 0;
    const get: typeof vault.store.get = (key) => {
      if (key === manifestPath('tigerbeetle', full.header.backupId)) reads += 1;
      return vault.store.get(key);
    };
    const counting = { ...vault, store: { ...vault.store, get } };
    const taker = createTigerbeetleTaker({ ledger, clusterId: '0' });
    const take = async () => {
      reads = 0;
      const site = { vault: counting, ledger, scratch: await folders(), taker };
      return [(await backUpLedger(site, 'tigerbeetle-logs')).header.scope, reads];
    };
    // Its clear header is read each time, since the catalog is a new one.
    expect(await take()).toEqual(['incremental', 2]);
    expect(await take()).toEqual(['incremental', 1]);
    await damage.delete(vault.root, full.body.objects[0]?.path ?? '');
    expect((await take())[0]).toBe('full');
  });
});
