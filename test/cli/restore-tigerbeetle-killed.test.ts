import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../engine/clock.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { createTigerbeetleLedger } from '../../stores/ledger/tigerbeetle.ts';
import { cliSites } from '../support/cli-site.ts';
import {
  asImported,
  backUpLedger,
  contentOf,
  variedAccounts,
  variedTransfers,
} from '../support/ledger-backups.ts';
import { ledgerScope } from '../support/ledger-events.ts';
import { testRedis } from '../support/redis.ts';
import { entry } from '../support/scheduler.ts';
import { scratchFolders } from '../support/scratch.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { startTigerbeetle, tigerbeetleBinary } from '../support/tigerbeetle-server.ts';
import { until } from '../support/until.ts';

const { redis, prefix, url } = testRedis();
const folders = scratchFolders();
const siteOf = cliSites(folders);
const soak = process.env['SOAK'] === '1';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Target {
  readonly ledger: Ledger;
  readonly to: string;
}

const started = (config: string, to: string) =>
  spawn(process.execPath, [entry, '--config', config, 'restore', 'tigerbeetle', '--to', to, '--json']);

async function saidBy(child: ChildProcess): Promise<{ readonly code: number | null; readonly out: string }> {
  let out = '';
  child.stdout?.on('data', (bytes: Buffer) => (out += String(bytes)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

/** Kills restores into a ledger at random moments and lets the next go on; what is there is always a beginning. */
async function restoreInSpite(target: Target, { transfers, kills }: { transfers: number; kills: number }) {
  const { config, vault } = await siteOf();
  const scope = ledgerScope();
  // On a clock that stands still, so that nothing expires however long this takes.
  const clock = new SettableClock();
  const source = createRedisLedger({ redis, prefix: `${prefix}-${config}`, clock });
  await source.createAccounts(variedAccounts(scope, 401));
  for (let made = 0; made < transfers; made += 1000) {
    await source.createTransfers(variedTransfers(scope, 1000 + made, 1000));
  }
  await backUpLedger({ vault, ledger: source, scratch: await folders() }, 'tigerbeetle-snapshot');
  const whole = asImported(await contentOf(source));

  let written = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const child = started(config, target.to);
    const ended = saidBy(child);
    // Half of them once something is written, the others anywhere.
    if (kill % 2 === 1) {
      const more = async () => (await lengthOf(target.ledger)) > written || child.exitCode !== null;
      await until('more is written', more, 60_000);
    }
    await pause(Math.random() * (kill % 2 === 0 ? 2000 : 300));
    child.kill('SIGKILL');
    await ended;
    const held = await contentOf(target.ledger);
    expect(held.transfers).toEqual(whole.transfers.slice(0, held.transfers.length));
    expect(held.accounts.map(({ id }) => id)).toEqual(
      whole.accounts.slice(0, held.accounts.length).map(({ id }) => id),
    );
    written = held.transfers.length + held.accounts.length;
  }
  const { code, out } = await saidBy(started(config, target.to));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ accounts: 401, transfers });
  expect(await contentOf(target.ledger)).toEqual(whole);
}

async function lengthOf(ledger: Ledger): Promise<number> {
  const { accounts, transfers } = await contentOf(ledger);
  return accounts.length + transfers.length;
}

describe('a restore of a ledger that is killed with -9', () => {
  it('goes on when it is run again, into Redis', async () => {
    const ledger = createRedisLedger({ redis, prefix: `${prefix}-target`, clock: systemClock });
    const size = soak ? { transfers: 30_000, kills: 25 } : { transfers: 2000, kills: 2 };
    await restoreInSpite({ ledger, to: `${url}/${prefix}-target` }, size);
  }, 600_000);

  const binary = tigerbeetleBinary();
  (binary === undefined ? it.skip : it)(
    'goes on when it is run again, into a TigerBeetle cluster (TIGERBEETLE_BIN or on PATH)',
    async () => {
      // It takes small batches, so that there are many moments between two.
      const server = await startTigerbeetle(binary ?? '', '64KiB');
      const { clusterId, address } = server;
      const ledger = createTigerbeetleLedger({ clusterId, addresses: [address], deadlineMs: 30_000 });
      closers.push(
        () => ledger.close(),
        () => server.stop(),
      );
      const size = soak ? { transfers: 30_000, kills: 25 } : { transfers: 6000, kills: 3 };
      await restoreInSpite({ ledger, to: address }, size);
    },
    600_000,
  );
});
