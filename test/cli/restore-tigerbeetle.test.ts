import { afterEach, describe, expect, it } from '@jest/globals';
import { manifestPath } from '../../model/manifest.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { createTigerbeetleLedger } from '../../stores/ledger/tigerbeetle.ts';
import { cliSites } from '../support/cli-site.ts';
import { damage } from '../support/damage.ts';
import {
  asImported,
  backUpLedger,
  contentOf,
  variedAccounts,
  variedTransfers,
} from '../support/ledger-backups.ts';
import { ledgerScope, results } from '../support/ledger-events.ts';
import { testRedis } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';
import { startTigerbeetle, tigerbeetleBinary } from '../support/tigerbeetle-server.ts';

const { redis, prefix: ownPrefix, url } = testRedis();
const folders = scratchFolders();
const siteOf = cliSites(folders);
const systemClock = { now: () => Date.now() };
let prefixes = 0;

/** A ledger in Redis under a prefix of its own, and how the command names it. */
function redisTarget() {
  const prefix = `${ownPrefix}-${(prefixes += 1)}`;
  const ledger = createRedisLedger({ redis, prefix, clock: systemClock });
  return { prefix, ledger, to: `${url}/${prefix}` };
}

/** A full backup and a log of a ledger with 200 transfers each. */
async function backedUp(ledger: Ledger, changes: object = {}) {
  const site = await siteOf(changes);
  const scope = ledgerScope();
  await ledger.createAccounts(variedAccounts(scope, 401));
  const write = async (first: number): Promise<void> => {
    const created = await ledger.createTransfers(variedTransfers(scope, first, 200));
    expect(new Set(results(created))).toEqual(new Set(['created']));
  };
  const take = async (kind: 'tigerbeetle-snapshot' | 'tigerbeetle-logs') =>
    (await backUpLedger({ vault: site.vault, ledger, scratch: await folders() }, kind)).header;
  await write(1000);
  const full = await take('tigerbeetle-snapshot');
  await write(2000);
  const log = await take('tigerbeetle-logs');
  return { ...site, scope, write, take, full, log };
}

function describeRestore(
  name: string,
  targets: () => Promise<{ readonly source: Ledger; readonly target: Ledger; readonly to: string }>,
): void {
  it(`${name}: shows what it would do, does it, goes on, and refuses a ledger with another history`, async () => {
    const { source, target, to } = await targets();
    const { run, log, scope } = await backedUp(source);
    const restore = (...args: string[]) => run('restore', 'tigerbeetle', '--to', to, ...args);

    const planned = await restore('--dry-run', '--json');
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.err).toMatch(
      new RegExp(`tigerbeetle backup ${log.backupId}, up to .*[^]*reading \\d+ objects`),
    );
    expect(JSON.parse(planned.out)).toMatchObject({ wouldRestore: to, accounts: 401, transfers: 400 });
    expect(await contentOf(target)).toEqual({ accounts: [], transfers: [] });

    const content = await contentOf(source);
    const moment = content.transfers[249]?.timestamp ?? 0n;
    const seconds = new Date(Number(moment / 1_000_000_000n) * 1000).toISOString().slice(0, 20);
    const at = `${seconds}${String(moment % 1_000_000_000n).padStart(9, '0')}Z`;
    const then = await restore('--at', at, '--json');
    expect(then).toMatchObject({ code: 0 });
    expect(JSON.parse(then.out)).toMatchObject({
      upTo: String(moment),
      backupId: log.backupId,
      transfers: 250,
    });
    expect((await contentOf(target)).transfers).toEqual(asImported(content).transfers.slice(0, 250));

    const whole = await restore('--backup', log.backupId, '--json');
    expect(JSON.parse(whole.out)).toMatchObject({ restored: to, transfers: 400, before: { transfers: 250 } });
    expect(await contentOf(target)).toEqual(asImported(content));
    const { open } = JSON.parse(whole.out) as { open: readonly { id: string }[] };
    expect(open).toHaveLength(80);
    expect(whole.err).toContain(`pending transfer ${open[0]?.id ?? ''} is open`);

    await target.createTransfers([scope.transfer(9000)]);
    const refused = await restore();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.err).toContain('restore-target-exists');
    expect(refused.err).toContain(`holds transfer ${scope.id(9000)}`);
  }, 60_000);
}

describe('restore tigerbeetle', () => {
  describeRestore('into Redis', () => {
    const { ledger: source } = redisTarget();
    const { ledger: target, to } = redisTarget();
    return Promise.resolve({ source, target, to });
  });

  it('says which newer backups it passes over, and why', async () => {
    const { ledger } = redisTarget();
    const { run, root, write, take, full, log } = await backedUp(ledger);
    await damage.flip(root, manifestPath('tigerbeetle', log.backupId));
    const { to } = redisTarget();
    const past = await run('restore', 'tigerbeetle', '--to', to, '--json');
    expect(past).toMatchObject({ code: 0 });
    expect(past.err).toContain(`warning: backup ${log.backupId} is passed over: `);
    expect(JSON.parse(past.out)).toMatchObject({
      ...{ backupId: full.backupId, transfers: 200 },
      passedOver: [{ backupId: log.backupId, why: expect.stringContaining('manifest.json') as unknown }],
    });
    await damage.delete(root, manifestPath('tigerbeetle', log.backupId));
    const missing = await run('restore', 'tigerbeetle', '--to', to, '--dry-run');
    expect(missing.err).toContain(
      `backup ${log.backupId} is passed over: tigerbeetle/${log.backupId}/manifest.json is not`,
    );
    const late = await run('restore', 'tigerbeetle', '--to', to, '--at', log.endTime);
    expect(late).toMatchObject({ code: 2 });
    expect(late.err).toContain('No backup that can be read covers that moment');

    await write(3000);
    const later = await take('tigerbeetle-snapshot');
    const covered = await run('restore', 'tigerbeetle', '--to', to, '--at', log.endTime, '--json');
    expect(JSON.parse(covered.out)).toMatchObject({
      ...{ backupId: later.backupId, transfers: 400 },
      passedOver: [{ backupId: log.backupId }],
    });
  });

  it('restores without a prefix where the ledger of a source of kind redis is', async () => {
    const { ledger, prefix } = redisTarget();
    const { run } = await backedUp(ledger, { redis: { prefix } });
    const done = await run('restore', 'tigerbeetle', '--to', url, '--json');
    expect(JSON.parse(done.out)).toMatchObject({ transfers: 400 });
    const target = createRedisLedger({ redis, prefix: `${prefix}:source`, clock: systemClock });
    expect(await contentOf(target)).toEqual(asImported(await contentOf(ledger)));
  });

  it('refuses what is no target, and ends where none answers', async () => {
    const { ledger } = redisTarget();
    const { run } = await backedUp(ledger);
    for (const [args, text] of [
      [['--to', 'http://127.0.0.1/x'], 'invalid-request'],
      [['--to', 'redis://127.0.0.1/a/b'], 'redis://host:port/prefix'],
      [['--to', ','], 'names no address'],
      [['--to', '127.0.0.1:1', '--cluster-id', 'x'], 'no decimal number'],
    ] as const) {
      const refused = await run('restore', 'tigerbeetle', ...args);
      expect(refused.code).not.toBe(0);
      expect(refused.err).toContain(text);
    }
  }, 60_000);
});

const binary = tigerbeetleBinary();
(binary === undefined ? describe.skip : describe)(
  'restore tigerbeetle with a server (TIGERBEETLE_BIN or on PATH)',
  () => {
    const closers: (() => Promise<void>)[] = [];
    describeRestore('into a cluster', async () => {
      const servers = [await startTigerbeetle(binary ?? ''), await startTigerbeetle(binary ?? '')];
      const [source, target] = servers.map(({ address, clusterId }) =>
        createTigerbeetleLedger({ clusterId, addresses: [address] }),
      );
      if (source === undefined || target === undefined) throw new Error('two servers run');
      closers.push(...[source, target].map((ledger) => () => ledger.close()));
      closers.push(...servers.map((server) => () => server.stop()));
      return { source, target, to: servers[1]?.address ?? '' };
    });
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
    });
  },
);
