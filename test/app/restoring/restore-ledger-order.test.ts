import { expect, it } from '@jest/globals';
import { restorePlanner } from '../../../app/restoring/restore-planner.ts';
import { orderRunner } from '../../../app/restoring/run-order.ts';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { loadConfiguration } from '../../../config/load-configuration.ts';
import type { RestoreRequest } from '../../../processors/restoring/restore-request.ts';
import type { RestoreProgress } from '../../../stores/restores/port.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { cliSites } from '../../support/cli-site.ts';
import { backUpLedger, variedAccounts, variedTransfers } from '../../support/ledger-backups.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { testRedis } from '../../support/redis.ts';
import { testRestore } from '../../support/restore-events.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { startTigerbeetle, tigerbeetleBinary } from '../../support/tigerbeetle-server.ts';

const { redis, prefix } = testRedis();
const folders = scratchFolders();
const siteOf = cliSites(folders);
const binary = tigerbeetleBinary();

/** A backup of a ledger with 100 transfers, and the configuration that names a cluster for it. */
async function backedUp(addresses: string) {
  const site = await siteOf({ restores: { tigerbeetle: { addresses } } });
  const ledger = createRedisLedger({
    redis,
    prefix: `${prefix}-${addresses}`,
    clock: { now: () => Date.now() },
  });
  const scope = ledgerScope();
  await ledger.createAccounts(variedAccounts(scope, 401));
  await ledger.createTransfers(variedTransfers(scope, 1000, 100));
  const taken = await backUpLedger(
    { vault: site.vault, ledger, scratch: await folders() },
    'tigerbeetle-snapshot',
  );
  const configuration = loadConfiguration({ file: site.config, environment: {} });
  const opened = { vault: site.vault, catalog: createBackupCatalog(site.vault, quietLog) };
  return { configuration, opened, backupId: taken.header.backupId };
}

it('a restore of the ledger is planned from its manifests', async () => {
  const { configuration, opened, backupId } = await backedUp('127.0.0.1:1');
  const planner = restorePlanner(configuration, opened, { restoreRate: () => Promise.resolve(1) });
  const request: RestoreRequest = {
    ...{ backupType: 'tigerbeetle', to: '127.0.0.1:1', reason: 'x', dryRun: false, requestedBy: 'ops' },
  };
  expect(await planner.confine(request)).toBe('127.0.0.1:1');
  const plan = await planner.forecast(request);
  expect(plan).toMatchObject({ backupId, estimatedSeconds: plan.plainBytes });
  expect(plan.objects).toBeGreaterThan(0);
  const wrong = planner.forecast({ ...request, tables: ['a'] });
  await expect(wrong).rejects.toMatchObject({ code: 'invalid-request' });
});

(binary === undefined ? it.skip : it)(
  'goes into the configured cluster, with progress',
  async () => {
    const server = await startTigerbeetle(binary ?? '');
    try {
      const { configuration, opened, backupId } = await backedUp(server.address);
      const seen: RestoreProgress[] = [];
      const order = testRestore(1, { backupType: 'tigerbeetle', backupId, to: server.address });
      const done = await orderRunner(
        configuration,
        opened,
        quietLog,
      )(order, {
        signal: new AbortController().signal,
        progress: (made) => void seen.push(made),
      });
      expect(done).toMatchObject({ counts: { accounts: 401, transfers: 100 } });
      expect(seen.map(({ unit }) => unit)).toEqual(expect.arrayContaining(['bytes', 'rows']));
      expect(seen.at(-1)).toMatchObject({ unit: 'rows', done: 501 });
    } finally {
      await server.stop();
    }
  },
  60_000,
);
